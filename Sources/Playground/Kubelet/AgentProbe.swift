/// How the kubelet asks a member's agent.
protocol AgentProbe: Sendable {
    /// Whether `GET path` was answered with a status of 200 … 399 in time.
    func get(_ path: String, timeout: Duration) async -> Bool
}
