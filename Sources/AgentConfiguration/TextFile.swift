import Glibc

/// A small file of text, read whole within a limit; and a folder's names.
enum TextFile {
    /// Why a file or folder could not be read.
    enum Failure: Error, Hashable {
        case absent
        case unreadable(String)
        case denied(String)
        case tooLong(limit: Int)
        case notText

        /// The failure as a clause about the file.
        var clause: String {
            switch self {
            case .absent: "does not exist"
            case .unreadable(let why), .denied(let why): "cannot be read: \(why)"
            case .tooLong(let limit): "is longer than \(limit) bytes"
            case .notText: "is not UTF-8 text"
            }
        }

        /// Whether this user may not read what is there.
        var isDenied: Bool {
            switch self {
            case .denied: true
            case .absent, .unreadable, .tooLong, .notText: false
            }
        }
    }

    /// The file's text without the newlines at its end.
    static func read(_ path: String, limit: Int) throws(Failure) -> String {
        var bytes = try contents(path, limit: limit)
        while let last = bytes.last, last == 0x0a || last == 0x0d {
            bytes.removeLast()
        }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .notText
        }
        return text
    }

    /// The names in a folder, sorted, without those that begin with a dot: Kubernetes keeps the
    /// versions of a mounted ConfigMap in `..data` and its like.
    static func names(in directory: String, limit: Int) throws(Failure) -> [String] {
        guard let stream = opendir(directory) else { throw failure(errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard !name.hasPrefix(".") else { continue }
            guard names.count < limit else { throw .unreadable("more than \(limit) entries") }
            names.append(name)
        }
        return names.sorted()
    }

    private static func contents(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        // Not blocking: a FIFO in the place of a file must not hold the program.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: limit + 1)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw failure(errno) }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= limit else { throw .tooLong(limit: limit) }
        }
    }

    private static func failure(_ code: Int32) -> Failure {
        let why = String(cString: strerror(code))
        return switch code {
        case ENOENT: .absent
        case EACCES, EPERM: .denied(why)
        default: .unreadable(why)
        }
    }
}
