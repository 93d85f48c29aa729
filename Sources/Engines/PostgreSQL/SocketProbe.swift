import Glibc

/// Whether somebody listens on a Unix socket: told by the kernel at once, whatever state the
/// process behind it is in, and whatever PID namespace it lives in.
enum SocketProbe {
    static func hasListener(folder: String, port: Int) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(folder)/.s.PGSQL.\(port)".utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < room else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue),
            0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // A full queue (EAGAIN) is a listener too: one that does not answer. Whatever else keeps
        // us from knowing must not be taken for "nobody".
        return result == 0 || !(errno == ECONNREFUSED || errno == ENOENT || errno == ENOTDIR)
    }
}
