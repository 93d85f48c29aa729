import Glibc

/// Names to addresses, with a deadline: the C library's own call has none.
public enum HostResolver {
    /// The numeric addresses of a host, in the resolver's order; at least one. A numeric address
    /// is its own answer.
    /// - Throws: `unreachable` when the name does not resolve, `timeout`.
    public static func addresses(
        of host: String, timeout: Duration
    ) async throws(EngineError) -> [String] {
        if let numeric = try? resolve(host, flags: AI_NUMERICHOST), !numeric.isEmpty {
            return numeric
        }
        return try await BlockingWorker.names.run(timeout: timeout) { () throws(EngineError) in
            try resolve(host, flags: 0)
        }
    }

    private static func resolve(_ host: String, flags: Int32) throws(EngineError) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        let failure = getaddrinfo(host, nil, &hints, &list)
        guard failure == 0 else {
            throw EngineError(
                .unreachable, "\(host) does not resolve: \(String(cString: gai_strerror(failure)))")
        }
        defer { freeaddrinfo(list) }
        var addresses: [String] = []
        var next = list
        while let entry = next {
            var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let failure = getnameinfo(
                entry.pointee.ai_addr, entry.pointee.ai_addrlen, &buffer,
                socklen_t(buffer.count), nil, 0, NI_NUMERICHOST)
            if failure == 0 {
                let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
                addresses.append(String(decoding: bytes, as: UTF8.self))
            }
            next = entry.pointee.ai_next
        }
        guard !addresses.isEmpty else {
            throw EngineError(.unreachable, "\(host) has no address")
        }
        return addresses
    }
}
