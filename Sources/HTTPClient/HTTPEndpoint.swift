/// Where a server listens, and how it is spoken to.
public struct HTTPEndpoint: Sendable, Hashable {
    /// A host name, or an IPv4 or IPv6 address without brackets.
    public var host: String
    /// The TCP port.
    public var port: Int
    /// How the server proves who it is; nil for plain HTTP.
    public var tls: HTTPTLS?

    /// An endpoint from host, port and, for HTTPS, what is trusted.
    public init(host: String, port: Int, tls: HTTPTLS? = nil) {
        self.host = host
        self.port = port
        self.tls = tls
    }

    /// The value of the Host header.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (tls == nil ? 80 : 443) ? name : "\(name):\(port)"
    }
}
