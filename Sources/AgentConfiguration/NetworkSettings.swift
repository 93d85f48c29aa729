/// Where agents and databases listen, and where the API server is.
public struct NetworkSettings: Sendable, Hashable {
    /// The headless Service's name.
    public let service: String
    /// Where the own agent listens: an IP address.
    public let agentAddress: String
    /// The port of all agents.
    public let agentPort: Int
    /// Where the own database listens: an IP address, or `*` for everywhere.
    public let databaseAddress: String
    /// The port of all databases.
    public let databasePort: Int
    /// Kubernetes' API server; nil where nobody told, which only the init container accepts.
    public let apiServer: APIServerAddress?

    /// Where the own agent is reached from this Pod: the loopback address where it listens
    /// everywhere.
    public var ownAgentAddress: String {
        switch agentAddress {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: agentAddress
        }
    }
}
