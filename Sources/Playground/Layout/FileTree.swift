import Glibc
import POSIX

/// Folders and what lies in them.
enum FileTree {
    /// The names in a folder, without `.` and `..`; empty when it cannot be read.
    static func names(in path: String) -> [String] {
        do throws(SystemFailure) {
            return try FileReading.names(in: path)
        } catch {
            return []
        }
    }

    /// The names of the folders in a folder.
    static func folders(in path: String) -> [String] {
        names(in: path).filter { isFolder("\(path)/\($0)") }
    }

    /// Whether it is a folder itself, not a link to one.
    static func isFolder(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether anything has that path.
    static func exists(_ path: String) -> Bool {
        var information = stat()
        return lstat(path, &information) == 0
    }

    /// Makes the folder and those above it that are missing.
    static func makeFolder(_ path: String, mode: mode_t = 0o700) throws(PlaygroundError) {
        if isFolder(path) { return }
        if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
            let parent = String(path[..<slash])
            if !exists(parent) { try makeFolder(parent, mode: 0o755) }
        }
        guard mkdir(path, mode) == 0 || errno == EEXIST else {
            throw PlaygroundError(
                errno == EACCES ? .permission : .unavailable,
                "The folder \(path) cannot be made: \(String(cString: strerror(errno))).")
        }
    }

    /// Removes everything in the folder, and not the folder.
    static func empty(_ path: String) throws(PlaygroundError) {
        for name in names(in: path) {
            let child = "\(path)/\(name)"
            if isFolder(child) {
                try empty(child)
                guard rmdir(child) == 0 else { throw cannotRemove(child) }
            } else {
                guard unlink(child) == 0 || errno == ENOENT else { throw cannotRemove(child) }
            }
        }
    }

    /// Removes the folder with everything in it, if it is there.
    static func remove(_ path: String) throws(PlaygroundError) {
        guard isFolder(path) else { return }
        try empty(path)
        guard rmdir(path) == 0 else { throw cannotRemove(path) }
    }

    private static func cannotRemove(_ path: String) -> PlaygroundError {
        PlaygroundError(
            .unavailable, "\(path) cannot be removed: \(String(cString: strerror(errno))).")
    }
}
