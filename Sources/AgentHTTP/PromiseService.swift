import NIOCore
public import ReplicationCore

/// What the agent gives for `POST /promise`.
public struct PromiseService: Sendable {
    let key: AgentKey
    var limit: TimeAmount
    let handler: @Sendable (PromiseRequest) async -> Void

    /// A service from its parts.
    /// - Parameters:
    ///   - key: by which members know one another.
    ///   - handler: takes an authentic request to the agent's loop, and returns as soon as the
    ///     published report tells that it is fulfilled; cancelled after 0.4 s.
    public init(
        key: AgentKey, handler: @escaping @Sendable (PromiseRequest) async -> Void
    ) {
        self.key = key
        self.handler = handler
        limit = TimeAmount(Limits.promiseWait)
    }
}
