/// A database that keeps a ledger, reached by the password of its superuser.
protocol LedgerDatabase: Sendable {
    /// Opens a session. Throws ``LedgerFailure``.
    func connect(to host: String, timeout: Duration) async throws(LedgerFailure)
        -> any LedgerSession
}

/// One session with it.
protocol LedgerSession: Sendable {
    /// Makes the tables.
    func prepare(timeout: Duration) async throws(LedgerFailure)
    /// Adds a number to the ledger, in a transaction of its own.
    func add(_ number: Int64, timeout: Duration) async throws(LedgerFailure)
    /// Proves that this very server takes writes, by a committed one.
    func proveWritable(_ member: String, timeout: Duration) async throws(LedgerFailure)
    /// All numbers in the ledger.
    func numbers(timeout: Duration) async throws(LedgerFailure) -> Set<Int64>
    func close() async
}

/// Why a session could not do what it was asked.
struct LedgerFailure: Error, CustomStringConvertible {
    /// Whether it surely had no effect.
    var isCertain: Bool
    /// What the client library says.
    var description: String
}
