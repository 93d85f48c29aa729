/// The bounds of this module.
enum Limits {
    /// The stack of a connection's thread in bytes: enough for libpq with TLS and SCRAM.
    static let threadStackBytes = 256 * 1024
    /// The greatest number of rows that one answer may have.
    static let answerRows = 100_000
    /// The greatest number of parameters that one statement may have.
    static let parameters = 64
    /// The longest single wait in poll(2), in milliseconds; deadlines are looked at in between.
    static let pollMilliseconds: Int64 = 60_000
    /// The longest message taken over from the server, in characters.
    static let messageCharacters = 2000
}
