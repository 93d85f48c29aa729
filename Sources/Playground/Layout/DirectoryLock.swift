import Glibc

/// One playground a folder: a lock that the kernel lets go of when its holder dies.
public struct DirectoryLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock. Throws ``PlaygroundError`` when another playground holds it.
    public init(_ directory: PlaygroundDirectory) throws(PlaygroundError) {
        let file = try FileContents.openLog(directory.lockFile)
        // Others take it for an instant to see whether it is held.
        var attempts = Limits.lockAttempts
        while flock(file, LOCK_EX | LOCK_NB) != 0 {
            attempts -= 1
            if attempts > 0 {
                usleep(Limits.lockRetryMicroseconds)
                continue
            }
            close(file)
            throw Self.heldError(directory)
        }
        descriptor = file
    }

    /// What to tell a person when the lock is held.
    public static func heldError(_ directory: PlaygroundDirectory) -> PlaygroundError {
        PlaygroundError(
            .temporary,
            "A playground is running in \(directory.path) already. End it with "
                + "`understudy playground down`, or choose another --directory.")
    }

    /// Whether a playground runs there now.
    public static func isHeld(_ directory: PlaygroundDirectory) -> Bool {
        let file = open(directory.lockFile, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }

    deinit {
        close(descriptor)
    }
}
