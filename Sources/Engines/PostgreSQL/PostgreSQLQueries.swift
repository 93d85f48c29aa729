import PostgreSQLClient
import ReplicationCore

/// The statements behind an observation. Every one is answered as a single row of texts; all is
/// qualified, since a superuser's session must never find what a user defined.
enum PostgreSQLQueries {
    /// What is asked first, of a standby and a primary alike. In a standby's case the state of the
    /// startup process has to be read *before* the positions: see ``StandbyRow``.
    static func common(own: OwnSessions) -> String {
        """
        SELECT pg_catalog.pg_is_in_recovery(),
            pg_catalog.current_setting('server_version_num'),
            (SELECT system_identifier::text FROM pg_catalog.pg_control_system()),
            pg_catalog.pg_postmaster_start_time()::text,
            pg_catalog.current_setting('understudy.access', true),
            pg_catalog.current_setting('understudy.generation', true),
            pg_catalog.current_setting('synchronous_standby_names'),
            pg_catalog.current_setting('primary_conninfo'),
            pg_catalog.current_setting('restore_command'),
            ((pg_catalog.pg_stat_file('standby.signal', true)).size IS NOT NULL)::text,
            (SELECT wait_event FROM pg_catalog.pg_stat_activity
                WHERE backend_type = 'startup' LIMIT 1),
            (SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_stat_activity
                WHERE backend_type = 'walreceiver'),
            r.status, r.received_tli::text,
            (EXTRACT(epoch FROM pg_catalog.clock_timestamp() - r.last_msg_receipt_time)
                * 1000)::bigint::text,
            (SELECT pg_catalog.count(*)::text FROM pg_catalog.pg_stat_activity
                WHERE \(foreign(own)))
        FROM (SELECT 1) AS one LEFT JOIN pg_catalog.pg_stat_wal_receiver AS r ON true
        """
    }

    /// How many settings in force for the whole server make an acknowledgement worth less than the
    /// synchronous set says. What no session can change is as it is in force, wherever it was set;
    /// `synchronous_commit` is read from the files, since the agent's own session has its own.
    static let weakened = """
        SELECT pg_catalog.count(*)::text FROM (
            SELECT 1 FROM pg_catalog.pg_file_settings
            WHERE applied AND name = 'synchronous_commit'
                AND pg_catalog.lower(setting) NOT IN ('on', 'remote_apply', 'true', 'yes', '1')
            UNION ALL SELECT 1 FROM pg_catalog.pg_settings
            WHERE name IN ('fsync', 'full_page_writes') AND setting <> 'on') AS weak
        """

    /// The positions of a standby.
    static func standby(version: Int) -> String {
        let pause =
            version >= 140_000
            ? "pg_catalog.pg_get_wal_replay_pause_state() <> 'not paused'"
            : "pg_catalog.pg_is_wal_replay_paused()"
        return """
            SELECT pg_catalog.pg_last_wal_receive_lsn()::text,
                pg_catalog.pg_last_wal_replay_lsn()::text,
                (\(pause))::text,
                (SELECT setting FROM pg_catalog.pg_settings
                    WHERE name = 'recovery_min_apply_delay'),
                (EXTRACT(epoch FROM pg_catalog.clock_timestamp()
                    - pg_catalog.pg_last_xact_replay_timestamp()) * 1000)::bigint::text,
                (SELECT latest_end_lsn::text FROM pg_catalog.pg_stat_wal_receiver)
            """
    }

    /// The connections from other members, one row each.
    static let replicas = """
        SELECT application_name, state, sync_state, flush_lsn::text
        FROM pg_catalog.pg_stat_replication
        """

    /// The slots of members that are usable, one row each.
    static let slots = """
        SELECT slot_name::text, active::text, (wal_status IS DISTINCT FROM 'lost')::text
        FROM pg_catalog.pg_replication_slots
        WHERE slot_type = 'physical' AND NOT temporary
        """

    /// How the agent's own sessions are told from others: a name that nobody else can know, over
    /// the socket, as the superuser. A client chooses its application's name, but can guess no
    /// random one.
    struct OwnSessions: Sendable {
        var applicationName: String
        var user: String
    }

    /// The condition on `pg_stat_activity` for a session that is neither the server's own, nor the
    /// agent's, nor replication. A replication session *with a database* takes SQL as well, so it
    /// is foreign; so are subscriptions and background workers of extensions, which no access rule
    /// stops.
    static func foreign(_ own: OwnSessions) -> String {
        """
        NOT (application_name = \(SQL.literal(own.applicationName))
            AND usename = \(SQL.literal(own.user)) AND client_port = -1)
        AND usename IS DISTINCT FROM '\(PostgreSQLNames.replicator)'
        AND NOT (backend_type = 'walsender' AND datid IS NULL)
        AND backend_type NOT IN ('checkpointer', 'background writer', 'walwriter',
            'archiver', 'startup', 'logger', 'stats collector', 'autovacuum launcher',
            'autovacuum worker', 'logical replication launcher', 'io worker',
            'slotsync worker', 'walsummarizer', 'walreceiver')
        """
    }
}

/// The answer to ``PostgreSQLQueries/common(own:)``.
struct CommonRow {
    let isInRecovery: Bool
    let version: Int
    let systemIdentifier: String
    let serverStart: String
    let accessSetting: String?
    let generation: String?
    let synchronousNames: String
    let primaryConnection: String
    let restoreCommand: String
    let isArmed: Bool
    let startupWait: String?
    let receivers: Int
    let receiverStatus: String?
    let receivedTimeline: UInt32?
    let silenceMilliseconds: Int64?
    let foreignSessions: Int

    init?(_ row: [String?]) {
        guard row.count == 16, let recovery = row[0], let version = row[1].flatMap({ Int($0) }),
            let system = row[2], let start = row[3], let names = row[6], let connection = row[7],
            let restore = row[8], let armed = row[9], let receivers = row[11].flatMap({ Int($0) }),
            let foreign = row[15].flatMap({ Int($0) })
        else { return nil }
        isInRecovery = recovery == "t"
        self.version = version
        systemIdentifier = system
        serverStart = start
        accessSetting = row[4]
        generation = row[5]
        synchronousNames = names
        primaryConnection = connection
        restoreCommand = restore
        isArmed = armed == "true"
        startupWait = row[10]
        self.receivers = receivers
        receiverStatus = row[12]
        receivedTimeline = row[13].flatMap { UInt32($0) }
        silenceMilliseconds = row[14].flatMap { Int64($0) }
        foreignSessions = foreign
    }

    /// Follows nobody, gets nothing from an archive, and no receiver runs: nothing can arrive.
    var isCutOff: Bool {
        primaryConnection.isEmpty && restoreCommand.isEmpty && receivers == 0
            && receiverStatus == nil
    }

    /// The startup process found no further record, neither in the log on disk nor in an archive
    /// nor from a stream, and sleeps before it tries again.
    var isStartupIdle: Bool { startupWait == "RecoveryRetrieveRetryInterval" }
}

/// The answer to ``PostgreSQLQueries/standby(version:)``.
struct StandbyRow {
    let received: UInt64?
    let replayed: UInt64
    let isPaused: Bool
    let isDelayed: Bool
    let delayMilliseconds: Int64?
    let upstreamEnd: UInt64?

    init?(_ row: [String?]) {
        guard row.count == 6 else { return nil }
        received = row[0].flatMap { LogSequenceNumber.parse($0) }
        replayed = row[1].flatMap { LogSequenceNumber.parse($0) } ?? 0
        isPaused = row[2] == "true"
        isDelayed = row[3] != "0"
        delayMilliseconds = row[4].flatMap { Int64($0) }
        upstreamEnd = row[5].flatMap { LogSequenceNumber.parse($0) }
    }
}
