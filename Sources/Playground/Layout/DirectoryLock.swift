import Glibc

/// One playground a folder: a lock that the kernel lets go of when its holder dies.
public struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock. Throws ``PlaygroundError`` when another playground holds it.
    public init(_ directory: PlaygroundDirectory) throws(PlaygroundError) {
        let file = try FileContents.openLog(directory.lockFile)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            throw PlaygroundError(
                .temporary,
                "A playground is running in \(directory.path) already. End it with "
                    + "`understudy playground down`, or choose another --directory.")
        }
        descriptor = file
    }

    /// Whether a playground runs there now.
    public static func isHeld(_ directory: PlaygroundDirectory) -> Bool {
        guard FileTree.exists(directory.lockFile) else { return false }
        do {
            _ = try DirectoryLock(directory)
            return false
        } catch {
            return true
        }
    }

    deinit {
        close(descriptor)
    }
}
