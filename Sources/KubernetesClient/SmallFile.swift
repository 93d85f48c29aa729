import POSIX

/// Reads small files of memory-backed volumes.
enum SmallFile {
    /// The content of a file of at most ``Limits/smallFile`` bytes.
    static func read(_ path: String) throws(KubernetesError) -> [UInt8] {
        let content: [UInt8]?
        do throws(SystemFailure) {
            content = try FileReading.bytes(of: path, limit: Limits.smallFile)
        } catch {
            throw KubernetesError(.configuration, "\(path) can't be read: \(error)")
        }
        guard let content else {
            throw KubernetesError(
                .configuration, "\(path) is longer than \(Limits.smallFile) bytes")
        }
        return content
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
