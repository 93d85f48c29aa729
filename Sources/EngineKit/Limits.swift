/// The bounds of this module.
public enum Limits {
    /// How long one piece of work on files may take before it counts as failed. It goes on all the
    /// same: a thread that waits for a dead disk cannot be stopped.
    public static let fileWork = Duration.seconds(20)
    /// How many pieces of work may wait for the files' thread.
    static let fileWorkQueued = 256
    /// The stack of the files' thread in bytes.
    static let fileThreadStackBytes = 512 * 1024
    /// The greatest size of a file that is read whole.
    static let fileBytes = 16 * 1024 * 1024
    /// The greatest size of a member's own state.
    static let memberStateBytes = 64 * 1024
    /// How much of a program's output is kept: its end.
    static let programOutputBytes = 64 * 1024
    /// How many of a failed program's last lines go into the error.
    static let programErrorLines = 5
    /// How long a program has from SIGTERM (or a server from its own signal) to SIGKILL.
    public static let programGrace = Duration.seconds(5)
    /// How many levels deep a folder is removed or synchronised.
    static let folderDepth = 64
}
