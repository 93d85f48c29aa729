import EngineKit
import Logging
import PostgreSQLClient
import ReplicationCore
import Synchronization

/// PostgreSQL 13 to 18 with physical streaming replication.
///
/// - Every data directory is armed: `standby.signal` lies in it also while it runs as primary, so
///   that any restart comes up read-only (design §1.1).
/// - The settings that belong to the agent lie outside the data directory, in files of their own
///   (``ServerConfiguration``, ``NodeSettings``).
/// - Two sessions are kept: one observes, one acts, and either survives `max_connections`.
final class PostgreSQLEngine: DatabaseEngine {
    let settings: EngineSettings
    let layout: PostgreSQLLayout
    let account: PostgreSQLAccount
    let programs: ProgramRunner
    /// The session that observes.
    let observer: KeptConnection
    /// The session that acts: kept apart, so that a slow observation never delays a fence.
    let actor: KeptConnection
    /// How the agent's sessions are opened.
    let sessionOptions: PostgreSQLOptions
    /// How they are told from others.
    let ownSessions: PostgreSQLQueries.OwnSessions
    /// For what fails without making the whole action fail.
    let logger: Logger?
    /// What the engine remembers between calls.
    let memory = Mutex(Memory())

    /// What was learned and need not be asked again.
    struct Memory: Sendable {
        /// Histories of timelines, which never change.
        var histories: [UInt32: [FinishedBranch]] = [:]
        /// The settings that the server is known to have in force as a whole: sessions, access
        /// rules and helper processes alike.
        var settled: Settled?
        /// The run of the server for which a checkpoint has proved that commits wait.
        var proven: Proven?
        /// The checkpoint that is under way.
        var proving: Proven?
        /// When a new session is to be tried again.
        var newSessionDue: ContinuousClock.Instant?
        /// The replication password that the role was last given.
        var replicatorPassword: String?
    }

    /// A generation of settings in force on one run of the server.
    struct Settled: Sendable, Hashable {
        var server: String
        var generation: String
        var isClosed: Bool
    }

    /// A run of the server.
    struct Proven: Sendable, Hashable {
        var server: String
    }

    init(_ settings: EngineSettings, logger: Logger? = nil) throws(EngineError) {
        self.settings = settings
        self.logger = logger
        layout = PostgreSQLLayout(settings)
        account = try PostgreSQLAccount(settings.environment)
        programs = PostgreSQLEngine.programs(settings)
        guard layout.data.hasPrefix(layout.volume + "/") else {
            throw EngineError(
                .configuration,
                "data-directory \(layout.data) must lie inside the volume \(layout.volume)")
        }
        for member in settings.members + [settings.member]
        where member.utf8.count > PostgreSQLLimits.memberNameLength {
            throw EngineError(
                .configuration,
                "\(member) is longer than \(PostgreSQLLimits.memberNameLength) characters, which "
                    + "no name of a standby and its incarnation can hold")
        }
        let slots = Set(settings.members.map { PostgreSQLNames.slot(of: $0) })
        guard slots.count == Set(settings.members).count else {
            throw EngineError(.configuration, "two members' names lead to the same slot")
        }
        ownSessions = PostgreSQLQueries.OwnSessions(
            applicationName: "\(PostgreSQLNames.agentApplication) \(Incarnation.random())",
            user: account.user)
        sessionOptions = PostgreSQLEngine.sessionOptions(
            layout, settings, account, ownSessions.applicationName)
        observer = KeptConnection(sessionOptions)
        actor = KeptConnection(sessionOptions)
    }

    /// Images have the server's programs where only their own `PATH` leads.
    private static func programs(_ settings: EngineSettings) -> ProgramRunner {
        var environment = ProgramRunner.minimalEnvironment
        if let path = settings.environment["PATH"], !path.isEmpty { environment["PATH"] = path }
        return ProgramRunner(directory: settings.programDirectory, environment: environment)
    }

    /// A session of the agent: the superuser over the socket, safe against what an administrator
    /// may have set for sessions in general.
    private static func sessionOptions(
        _ layout: PostgreSQLLayout, _ settings: EngineSettings, _ account: PostgreSQLAccount,
        _ applicationName: String
    ) -> PostgreSQLOptions {
        PostgreSQLOptions(
            server: .socket(directory: layout.socket, port: settings.databasePort),
            user: account.user, database: "postgres",
            applicationName: applicationName,
            settings: [
                // Nothing that a user defined is ever found first.
                "search_path": "pg_catalog",
                "statement_timeout": PostgreSQLLimits.statementTimeout,
                "lock_timeout": "1000", "idle_in_transaction_session_timeout": "0",
                // Our own writes must not wait for replicas that we are about to set up.
                "synchronous_commit": "local",
                "default_transaction_read_only": "off", "log_statement": "none",
                "log_min_duration_statement": "-1", "log_replication_commands": "off",
            ],
            replication: .database)
    }

    func waitForDisconnect() async {
        await observer.waitForDisconnect()
    }
}

extension EngineError {
    /// What a client's error means for the engine.
    init(_ error: PostgreSQLError, _ what: String) {
        let code: Code =
            switch error {
            case .unreachable, .closed: .unreachable
            case .timeout: .timeout
            case .badResponse: .statementFailed
            case .server(let sqlstate, _):
                sqlstate.hasPrefix("28") ? .accessDenied : .statementFailed
            }
        self.init(code, "\(what): \(error)")
    }
}

extension PostgreSQLEngine {
    /// Runs a statement of an action.
    func perform(
        _ statement: String, timeout: Duration = PostgreSQLLimits.statement
    ) async throws(EngineError) -> [[String?]] {
        do throws(PostgreSQLError) {
            return try await actor.query(statement, timeout: timeout)
        } catch {
            throw EngineError(error, "the own database")
        }
    }

    /// Runs a statement of an action that answers with one row.
    func row(_ statement: String) async throws(EngineError) -> [String?] {
        guard let row = try await perform(statement).first else {
            throw EngineError(.statementFailed, "the own database answered with no row")
        }
        return row
    }

    /// Waits until the condition holds.
    /// - Returns: whether it did before the time was over.
    func wait(
        _ timeout: Duration, until condition: () async throws(EngineError) -> Bool
    ) async throws(EngineError) -> Bool {
        let deadline = ContinuousClock.now + timeout
        while true {
            if try await condition() { return true }
            guard ContinuousClock.now < deadline, !Task.isCancelled else { return false }
            // Ends early only when the task is cancelled, which the guard above sees.
            try? await Task.sleep(for: PostgreSQLLimits.pollPause)
        }
    }
}
