import EngineKit
import PostgreSQLClient
import Synchronization

/// The account with which members replicate and rewind.
enum ReplicatorAccount {
    /// Whether the role is there.
    static let exists =
        "SELECT 1 FROM pg_catalog.pg_roles WHERE rolname = '\(PostgreSQLNames.replicator)'"

    /// The statements that make the role, or renew its password and rights. The verifier is made
    /// by the client, so that no clear password reaches a log. The grants are what pg_rewind needs
    /// (its manual page); nothing that the role does can write.
    static func statements(isNew: Bool, verifier: String) -> [String] {
        let role = SQL.identifier(PostgreSQLNames.replicator)
        return [
            (isNew ? "CREATE" : "ALTER") + " ROLE \(role) WITH LOGIN REPLICATION NOSUPERUSER"
                + " NOCREATEDB NOCREATEROLE PASSWORD \(SQL.literal(verifier))",
            "ALTER ROLE \(role) SET default_transaction_read_only = on",
            "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean),"
                + " pg_catalog.pg_stat_file(text, boolean),"
                + " pg_catalog.pg_read_binary_file(text),"
                + " pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO \(role)",
        ]
    }
}

extension PostgreSQLEngine {
    /// Makes the account on the temporary server of the first start.
    static func makeReplicator(
        _ password: String, _ connection: PostgreSQLConnection
    ) async throws(PostgreSQLError) {
        let verifier = try await connection.scramVerifier(
            user: PostgreSQLNames.replicator, password: password)
        let timeout = PostgreSQLLimits.temporaryServerStart
        let isNew = try await connection.query(ReplicatorAccount.exists, timeout: timeout).isEmpty
        for statement in ReplicatorAccount.statements(isNew: isNew, verifier: verifier) {
            _ = try await connection.query(statement, timeout: timeout)
        }
    }

    /// Renews the account when the mounted password is another than the one given last.
    func renewReplicator() async throws(EngineError) {
        let layout = layout
        let password = try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.replicationPassword(layout)
        }
        if memory.withLock({ $0.replicatorPassword == password }) { return }
        let verifier: String
        do throws(PostgreSQLError) {
            verifier = try await actor.scramVerifier(
                user: PostgreSQLNames.replicator, password: password,
                timeout: PostgreSQLLimits.statement)
        } catch {
            throw EngineError(error, "the replication account")
        }
        let isNew = try await perform(ReplicatorAccount.exists).isEmpty
        for statement in ReplicatorAccount.statements(isNew: isNew, verifier: verifier) {
            _ = try await perform(statement)
        }
        memory.withLock { $0.replicatorPassword = password }
    }
}
