import Dispatch
import Glibc
import NIOCore
import NIOSSL

/// What connecting needs: the server's addresses, and what is trusted now.
struct Preparation: Sendable {
    var addresses: [SocketAddress]
    var tls: NIOSSLContext?

    /// Resolves the endpoint's name and reads its trust roots, on a thread that may block.
    static func begin(
        for endpoint: HTTPEndpoint, on loop: any EventLoop
    ) -> EventLoopFuture<Preparation> {
        let promise = loop.makePromise(of: Preparation.self)
        // A queue of its own has a thread of its own when it needs one. The global queues share
        // theirs with Swift's tasks, which must not wait for a name server.
        DispatchQueue(label: "look-up").async {
            promise.completeWith(Result { try make(for: endpoint) })
        }
        return promise.futureResult
    }

    private static func make(for endpoint: HTTPEndpoint) throws -> Preparation {
        Preparation(
            addresses: try addresses(of: endpoint),
            tls: try endpoint.tls.map { try context(trusting: $0.trustRoots) })
    }

    private static func context(trusting path: String) throws -> NIOSSLContext {
        let roots: [NIOSSLCertificate]
        do {
            roots = try NIOSSLCertificate.fromPEMFile(path)
        } catch {
            throw ConnectFailure(message: "no trusted certificate could be read from \(path)")
        }
        guard !roots.isEmpty else {
            throw ConnectFailure(message: "\(path) holds no certificate")
        }
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(roots)
        configuration.certificateVerification = .fullVerification
        configuration.minimumTLSVersion = .tlsv12
        return try NIOSSLContext(configuration: configuration)
    }

    private static func addresses(of endpoint: HTTPEndpoint) throws -> [SocketAddress] {
        if let address = endpoint.literalAddress { return [address] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_protocol = Int32(IPPROTO_TCP)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list)
        guard status == 0 else {
            let reason = gai_strerror(status).map { String(cString: $0) } ?? "error \(status)"
            throw ConnectFailure(message: "\(endpoint.host) does not resolve: \(reason)")
        }
        defer { freeaddrinfo(list) }
        var found: [SocketAddress] = []
        var entry = list
        while let current = entry {
            if let address = address(in: current.pointee) { found.append(address) }
            entry = current.pointee.ai_next
        }
        guard !found.isEmpty else {
            throw ConnectFailure(message: "\(endpoint.host) has no address")
        }
        return found
    }

    private static func address(in entry: addrinfo) -> SocketAddress? {
        guard let raw = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET: return SocketAddress(raw.loadUnaligned(as: sockaddr_in.self))
        case AF_INET6: return SocketAddress(raw.loadUnaligned(as: sockaddr_in6.self))
        default: return nil
        }
    }
}

extension HTTPEndpoint {
    /// The host as an address; nil if it is a name.
    var literalAddress: SocketAddress? {
        // The library has but a throwing initializer; that it throws is the answer.
        try? SocketAddress(ipAddress: host, port: port)
    }
}
