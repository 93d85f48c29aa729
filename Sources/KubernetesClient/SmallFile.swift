import Glibc

/// Reads small files of memory-backed volumes.
enum SmallFile {
    /// The content of a file of at most ``Limits/smallFile`` bytes.
    static func read(_ path: String) throws(KubernetesError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw KubernetesError(
                .configuration, "\(path) can't be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var content = [UInt8](repeating: 0, count: Limits.smallFile + 1)
        var length = 0
        while length < content.count {
            let count = content.withUnsafeMutableBytes { buffer in
                Glibc.read(
                    descriptor, buffer.baseAddress.map { $0 + length }, buffer.count - length)
            }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                throw KubernetesError(
                    .configuration, "\(path) can't be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return Array(content[..<length]) }
            length += count
        }
        throw KubernetesError(
            .configuration, "\(path) is longer than \(Limits.smallFile) bytes")
    }

    /// The content of a file that holds one word of visible ASCII, without the white space around.
    static func readWord(_ path: String) throws(KubernetesError) -> String {
        let isSpace: (UInt8) -> Bool = { $0 == 0x20 || (0x09...0x0d).contains($0) }
        var bytes = try read(path)[...]
        while let last = bytes.last, isSpace(last) { bytes.removeLast() }
        while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw KubernetesError(.configuration, "\(path) must hold one word")
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
