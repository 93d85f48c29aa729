/// The bounds on a log entry.
enum Limits {
    /// The bytes of a line with its newline: no more than POSIX's PIPE_BUF on Linux, up to which a
    /// write to a pipe is not interleaved with others'.
    static let line = 4_096
    /// The bytes of one message or value before escaping.
    static let text = 1_024
    /// The bytes of a key before escaping.
    static let key = 64
    /// How deep metadata may be nested.
    static let depth = 4
}
