import EngineKit
import Logging
import PostgreSQLClient
import ReplicationCore
import Synchronization

/// Checkpoints in the background: one at a time, over a session of their own, blocking nobody.
extension PostgreSQLEngine {
    /// Requests a checkpoint when the last one is of an older timeline than the server's. A rewind
    /// before PostgreSQL 16 takes its source's timeline from there.
    func startCheckpointIfDue() async {
        do throws(EngineError) {
            let row = try await row(
                """
                SELECT pg_catalog.pg_postmaster_start_time()::text,
                    (SELECT timeline_id::text FROM pg_catalog.pg_control_checkpoint()),
                    pg_catalog.substr(pg_catalog.pg_walfile_name(
                        pg_catalog.pg_current_wal_insert_lsn()), 1, 8)
                """)
            guard row.count == 3, let server = row[0], let last = row[1].flatMap({ UInt32($0) }),
                let current = row[2].flatMap({ UInt32($0, radix: 16) }), last < current
            else { return }
            startCheckpoint(Proven(server: server))
        } catch {
            // Nothing depends on it at once: the next call looks again.
            return
        }
    }

    /// Starts the proof for the set that is in force now.
    func startProofIfDue() async {
        do throws(EngineError) {
            let row = try await row("SELECT pg_catalog.pg_postmaster_start_time()::text")
            guard let server = row.first ?? nil else { return }
            let isProven = memory.withLock { $0.proven == Proven(server: server) }
            if !isProven { startCheckpoint(Proven(server: server)) }
        } catch {
            // The next observation starts it.
            return
        }
    }

    /// Requests a checkpoint. It is done over a *new* session: that the server accepted one shows
    /// that it has told all its processes of the settings which our own session sees. So the
    /// checkpointer has them in force when it begins, and commits wait when it ends (rule S13).
    func startCheckpoint(_ subject: Proven) {
        let isFirst = memory.withLock { memory in
            guard memory.proving == nil else { return false }
            memory.proving = subject
            return true
        }
        guard isFirst else { return }
        Task {
            let namesBefore = await self.checkpoint()
            self.memory.withLock { memory in
                memory.proving = nil
                if namesBefore { memory.proven = subject }
            }
        }
    }

    /// Writes out what a shutdown would have to, while everybody is still served: the server's own
    /// end is short then. Whatever becomes of it, the stop goes on.
    func checkpointBeforeStop() async {
        let limit = PostgreSQLLimits.checkpointBeforeStop
        var options = sessionOptions
        options.settings["statement_timeout"] = "\(limit.components.seconds)s"
        do throws(PostgreSQLError) {
            let connection = try await PostgreSQLConnection.connect(
                options, timeout: PostgreSQLLimits.newSession)
            defer { Task { await connection.close() } }
            _ = try await connection.query("CHECKPOINT", timeout: limit)
        } catch {
            logger?.warning(
                "no checkpoint before the stop, which may take longer",
                metadata: ["failure": "\(error)"])
        }
    }

    /// - Returns: whether a checkpoint was completed that began with a set in force.
    private func checkpoint() async -> Bool {
        var options = sessionOptions
        options.settings["statement_timeout"] = "0"
        do throws(PostgreSQLError) {
            let connection = try await PostgreSQLConnection.connect(
                options, timeout: PostgreSQLLimits.statement)
            let names = { () async throws(PostgreSQLError) -> String in
                let rows = try await connection.query(
                    "SELECT pg_catalog.current_setting('synchronous_standby_names')",
                    timeout: PostgreSQLLimits.statement)
                return (rows.first?.first ?? nil) ?? ""
            }
            let before = try await names()
            _ = try await connection.query("CHECKPOINT", timeout: PostgreSQLLimits.checkpoint)
            let after = try await names()
            await connection.close()
            return !before.isEmpty && !after.isEmpty
        } catch {
            // Seen as "not proven"; the next observation or call tries again.
            return false
        }
    }
}
