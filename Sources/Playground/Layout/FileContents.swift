import Glibc
import SystemPackage

/// Small files, whole.
enum FileContents {
    /// The file's bytes, or nil when it cannot be read.
    static func read(_ path: String) -> [UInt8]? {
        do {
            return try readOrThrow(path)
        } catch {
            // Whoever asks knows what an absent file means; the reason adds nothing.
            return nil
        }
    }

    /// The file's text without surrounding blanks, or nil when it cannot be read.
    static func text(_ path: String) -> String? {
        read(path).map { bytes in
            var text = Substring(decoding: bytes, as: UTF8.self)
            while let last = text.last, last.isWhitespace { text.removeLast() }
            while let first = text.first, first.isWhitespace { text.removeFirst() }
            return String(text)
        }
    }

    /// Writes beside and renames, so that a reader sees the old or the new file and no part of it.
    static func replace(
        _ path: String, with bytes: some Sequence<UInt8>, mode: FilePermissions = [.ownerReadWrite]
    ) throws(PlaygroundError) {
        let beside = path + ".new"
        do {
            let file = try FileDescriptor.open(
                FilePath(beside), .writeOnly, options: [.create, .truncate, .closeOnExec],
                permissions: mode)
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch {
            throw PlaygroundError(.unavailable, "\(beside) cannot be written: \(error).")
        }
        guard rename(beside, path) == 0 else {
            throw PlaygroundError(
                .unavailable, "\(path) cannot be replaced: \(String(cString: strerror(errno))).")
        }
    }

    /// Opens a log to append to; the caller closes the descriptor.
    static func openLog(_ path: String) throws(PlaygroundError) -> Int32 {
        do {
            return try FileDescriptor.open(
                FilePath(path), .writeOnly, options: [.create, .append, .closeOnExec],
                permissions: [.ownerReadWrite]
            ).rawValue
        } catch {
            throw PlaygroundError(.unavailable, "The log \(path) cannot be opened: \(error).")
        }
    }

    private static func readOrThrow(_ path: String) throws -> [UInt8] {
        let file = try FileDescriptor.open(FilePath(path), .readOnly, options: [.closeOnExec])
        return try file.closeAfter {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 16_384)
            while true {
                let count = try buffer.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { return bytes }
                bytes += buffer[..<count]
            }
        }
    }
}
