import Glibc
import POSIX

/// Files that are whole or absent, whatever happens: written beside, synchronised, renamed.
/// The calls block: run them on ``BlockingWorker/files``.
public enum DurableFile {
    /// The file's bytes; nil when there is none.
    /// - Throws: `permissionDenied` or `fileSystem` when it is there and cannot be read;
    ///   `fileSystem` when it is larger than the limit.
    public static func read(
        _ path: String, limit: Int? = nil
    ) throws(EngineError) -> [UInt8]? {
        let limit = limit ?? Limits.fileBytes
        let bytes: [UInt8]?
        do throws(SystemFailure) {
            bytes = try FileReading.bytes(of: path, limit: limit)
        } catch {
            if error.isAbsence { return nil }
            throw failure("read", path, error)
        }
        guard let bytes else {
            throw EngineError(.fileSystem, "\(path) is larger than \(limit) bytes")
        }
        return bytes
    }

    /// The file's text; nil when there is none.
    public static func readText(_ path: String) throws(EngineError) -> String? {
        try read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Replaces the file by these bytes, durably.
    public static func write(
        _ bytes: [UInt8], to path: String, mode: UInt32 = 0o600
    ) throws(EngineError) {
        let beside = path + ".new"
        // A leftover of an earlier try may have another mode.
        unlink(beside)
        let descriptor = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw failure("write", beside) }
        var written = 0
        var isWhole = fchmod(descriptor, mode) == 0
        while isWhole, written < bytes.count {
            let count = bytes[written...].withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            isWhole = count > 0
            written += max(count, 0)
        }
        isWhole = isWhole && fsync(descriptor) == 0
        let reason = SystemFailure.last
        close(descriptor)
        guard isWhole, rename(beside, path) == 0 else {
            let error = failure("write", path, isWhole ? SystemFailure.last : reason)
            unlink(beside)
            throw error
        }
        try synchroniseFolder(Path.parent(of: path))
    }

    /// Replaces the file by this text, durably.
    public static func write(
        _ text: String, to path: String, mode: UInt32 = 0o600
    ) throws(EngineError) {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    /// Removes the file, durably; nothing happens when it is absent.
    public static func remove(_ path: String) throws(EngineError) {
        if unlink(path) == 0 {
            try synchroniseFolder(Path.parent(of: path))
        } else if errno != ENOENT && errno != ENOTDIR {
            throw failure("remove", path)
        }
    }

    /// Renames, durably.
    public static func move(_ path: String, to target: String) throws(EngineError) {
        guard rename(path, target) == 0 else { throw failure("rename", path) }
        try synchroniseFolder(Path.parent(of: target))
        if Path.parent(of: path) != Path.parent(of: target) {
            try synchroniseFolder(Path.parent(of: path))
        }
    }

    /// Makes what was created, renamed or removed in a folder survive a crash of the machine.
    public static func synchroniseFolder(_ path: String) throws(EngineError) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("synchronise", path) }
    }

    /// The error behind a failed call.
    static func failure(
        _ verb: String, _ path: String, _ failure: SystemFailure = SystemFailure.last
    ) -> EngineError {
        EngineError(
            failure.isDenial ? .permissionDenied : .fileSystem,
            "cannot \(verb) \(path): \(failure)")
    }
}
