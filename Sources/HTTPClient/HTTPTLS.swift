/// What a client trusts. Verification can't be turned off.
public struct HTTPTLS: Sendable, Hashable {
    /// The path of a PEM file with the certificates of the trusted authorities. It is read again
    /// for each new connection, so that a rotated file counts at once.
    public var trustRoots: String
    /// The DNS name that the server's certificate must hold; nil for the endpoint's host, which
    /// may be an address.
    public var serverName: String?

    /// TLS that trusts the authorities in a PEM file and nobody else.
    public init(trustRoots: String, serverName: String? = nil) {
        self.trustRoots = trustRoots
        self.serverName = serverName
    }
}
