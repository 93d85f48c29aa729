/// Where Kubernetes' API server listens.
public struct APIServerAddress: Sendable, Hashable {
    /// Its host name or IP address.
    public let host: String
    /// Its port.
    public let port: Int
}
