import Glibc
import POSIX

/// Folders, without a shell. The calls block: run them on ``BlockingWorker/files``.
public enum Folder {
    /// What lies at a path.
    public struct Status: Sendable, Hashable {
        /// The owner's user id.
        public var owner: UInt32
        /// The permission bits.
        public var mode: UInt32
        /// Whether it is a folder.
        public var isFolder: Bool
    }

    /// Who owns what lies at a path, links followed; nil when nothing does.
    public static func status(_ path: String) throws(EngineError) -> Status? {
        var result = stat()
        guard stat(path, &result) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw DurableFile.failure("look at", path)
        }
        return Status(
            owner: result.st_uid, mode: result.st_mode & 0o7777,
            isFolder: result.st_mode & S_IFMT == S_IFDIR)
    }

    /// Whether this user may list, enter and change a folder.
    public static func isWritable(_ path: String) -> Bool {
        access(path, R_OK | W_OK | X_OK) == 0
    }

    /// The names of the entries, sorted, without `.` and `..`; nil when there is no such folder.
    public static func entries(_ path: String) throws(EngineError) -> [String]? {
        do throws(SystemFailure) {
            return try FileReading.names(in: path)
        } catch {
            if error.isAbsence { return nil }
            throw DurableFile.failure("list", path, error)
        }
    }

    /// Whether there is no such folder, or nothing in it.
    public static func isEmpty(_ path: String) throws(EngineError) -> Bool {
        try entries(path)?.isEmpty ?? true
    }

    /// Makes a folder and the missing ones above it. An existing one keeps its mode.
    public static func create(_ path: String, mode: UInt32 = 0o700) throws(EngineError) {
        if mkdir(path, mode) == 0 { return }
        if errno == ENOENT, Path.parent(of: path) != path {
            try create(Path.parent(of: path), mode: mode)
            if mkdir(path, mode) == 0 { return }
        }
        guard errno == EEXIST else { throw DurableFile.failure("make the folder", path) }
    }

    /// Sets the permission bits.
    public static func setMode(_ path: String, _ mode: UInt32) throws(EngineError) {
        guard chmod(path, mode) == 0 else {
            throw DurableFile.failure("set the mode of", path)
        }
    }

    /// Removes a file or a folder with all in it; links are removed, not followed. Nothing happens
    /// when it is absent.
    public static func remove(_ path: String) throws(EngineError) {
        try remove(path, depth: 0)
        try DurableFile.synchroniseFolder(Path.parent(of: path))
    }

    private static func remove(_ path: String, depth: Int) throws(EngineError) {
        guard depth <= Limits.folderDepth else {
            throw EngineError(.fileSystem, "\(path) lies more than \(depth) levels deep")
        }
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return }
            throw DurableFile.failure("look at", path)
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            guard unlink(path) == 0 || errno == ENOENT else {
                throw DurableFile.failure("remove", path)
            }
            return
        }
        for name in try entries(path) ?? [] {
            try remove(path + "/" + name, depth: depth + 1)
        }
        guard rmdir(path) == 0 || errno == ENOENT else {
            throw DurableFile.failure("remove", path)
        }
    }

    /// The size in bytes of the file system that a path lies on.
    public static func capacity(_ path: String) throws(EngineError) -> UInt64 {
        var result = statvfs()
        guard statvfs(path, &result) == 0 else { throw DurableFile.failure("look at", path) }
        return UInt64(result.f_blocks) * UInt64(result.f_frsize)
    }
}
