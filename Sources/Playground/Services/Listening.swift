import Glibc
import NIOCore

/// Sentences for addresses that cannot be listened on.
enum Listening {
    /// What to tell a person when an address cannot be bound.
    static func error(
        _ what: String, host: String, port: Int, _ error: any Error
    ) -> PlaygroundError {
        if let error = error as? IOError, error.errnoCode == EADDRINUSE {
            return PlaygroundError(
                .unavailable,
                "Port \(port) on \(host), for \(what), is in use by another program. End that "
                    + "one, or choose another --database-port or --directory.")
        }
        return PlaygroundError(
            .unavailable, "Nothing can listen on \(host):\(port), for \(what): \(error).")
    }

    /// Throws ``PlaygroundError`` when something listens there already. Looks by binding as a
    /// server does, and lets go at once.
    static func check(_ what: String, host: String, port: Int) throws(PlaygroundError) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var yes: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, host, &address.sin_addr)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if result != 0 {
            throw self.error(
                what, host: host, port: port, IOError(errnoCode: errno, reason: "bind"))
        }
        if listen(descriptor, 1) != 0 {
            throw self.error(
                what, host: host, port: port, IOError(errnoCode: errno, reason: "listen"))
        }
    }
}

extension Channel {
    /// Closes a listener and returns once it is closed.
    func stopListening() async {
        do {
            try await close()
        } catch {
            // Closed already: what was wanted.
            return
        }
    }
}
