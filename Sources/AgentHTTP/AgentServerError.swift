import NIOCore

/// Why the HTTP interface cannot listen.
public struct AgentServerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The address that was asked for.
    public let address: String
    /// The port that was asked for.
    public let port: Int
    /// What the system said.
    public let cause: String

    init(address: String, port: Int, cause: any Error) {
        self.address = address
        self.port = port
        self.cause = String(describing: cause)
    }

    /// One line: what failed and what to do.
    public var description: String {
        "The agent cannot listen on \(address) port \(port) (\(cause)). End what uses it, or set "
            + "agent-address and agent-port."
    }
}
