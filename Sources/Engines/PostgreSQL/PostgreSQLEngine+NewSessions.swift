import PostgreSQLClient
import Synchronization

extension PostgreSQLEngine {
    /// Tries a new session now and then. A server process that hangs leaves open sessions as they
    /// are, the kept ones among them, and lets nobody else in: without this it would look healthy
    /// for ever. Any answer will do, a refusal too; only silence counts.
    func checkNewSessions() async throws(PostgreSQLError) {
        let now = ContinuousClock.now
        guard memory.withLock({ $0.newSessionDue.map { $0 <= now } ?? true }) else { return }
        do throws(PostgreSQLError) {
            let connection = try await PostgreSQLConnection.connect(
                sessionOptions, timeout: PostgreSQLLimits.newSession)
            await connection.close()
        } catch {
            if case .timeout = error { throw error }
        }
        memory.withLock { $0.newSessionDue = now + PostgreSQLLimits.newSessionInterval }
    }
}
