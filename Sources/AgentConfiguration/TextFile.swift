import POSIX

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
        let names: [String]
        do throws(SystemFailure) {
            names = try FileReading.names(in: directory).filter { !$0.hasPrefix(".") }
        } catch {
            throw failure(error)
        }
        guard names.count <= limit else { throw .unreadable("more than \(limit) entries") }
        return names
    }

    private static func contents(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let bytes: [UInt8]?
        do throws(SystemFailure) {
            bytes = try FileReading.bytes(of: path, limit: limit)
        } catch {
            throw failure(error)
        }
        guard let bytes else { throw .tooLong(limit: limit) }
        return bytes
    }

    private static func failure(_ failure: SystemFailure) -> Failure {
        if failure.isAbsence { return .absent }
        return failure.isDenial ? .denied("\(failure)") : .unreadable("\(failure)")
    }
}
