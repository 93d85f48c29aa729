import EngineKit
import PostgreSQLClient

/// The generated files that the server is started with, as text. All lie outside the data
/// directory, so that no clone, rewind or `ALTER SYSTEM` carries them elsewhere.
struct ServerConfiguration: Sendable {
    let layout: PostgreSQLLayout
    let settings: EngineSettings
    let superuser: String
    let majorVersion: Int

    /// The names of settings that belong to the agent: whoever sets one of them by `ALTER SYSTEM`
    /// would override it for ever.
    static let managedNames: Set<String> = [
        "primary_conninfo", "primary_slot_name", "restore_command", "synchronous_standby_names",
        "hba_file", "ident_file", "hot_standby", "wal_log_hints", "wal_receiver_status_interval",
        "wal_retrieve_retry_interval", "wal_sender_timeout", "wal_receiver_timeout",
        "listen_addresses", "port", "unix_socket_directories", "unix_socket_permissions",
        "recovery_target", "recovery_target_action", "recovery_target_inclusive",
        "recovery_target_lsn", "recovery_target_name", "recovery_target_time",
        "recovery_target_timeline", "recovery_target_xid", "recovery_end_command",
        "synchronous_commit", "fsync", "full_page_writes",
        "promote_trigger_file", "max_wal_senders", "max_replication_slots", "include",
        "include_dir", "include_if_exists", "understudy.access", "understudy.generation",
    ]

    /// Settings as lines of a configuration file.
    static func lines(_ settings: [(String, String)]) -> String {
        settings.map { "\($0) = \(quoted($1))\n" }.joined()
    }

    /// A value as the configuration file wants it, where backslashes escape as well.
    static func quoted(_ value: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in value.unicodeScalars {
            if scalar == "'" || scalar == "\\" { result.append(scalar) }
            result.append(scalar)
        }
        return "'\(String(result))'"
    }

    /// `postgresql.conf`: the user's own settings first, ours after them.
    var main: String {
        """
        # Written by Understudy; changes are lost. Your own settings belong into the data
        # directory's postgresql.conf, which is read first.
        include_if_exists \(ServerConfiguration.quoted(layout.data + "/postgresql.conf"))
        include \(ServerConfiguration.quoted(layout.clusterConfiguration))
        include \(ServerConfiguration.quoted(layout.nodeConfiguration))
        include_if_exists \(ServerConfiguration.quoted(layout.fenceConfiguration))

        """
    }

    /// `cluster.conf`: what is the same on every member.
    func cluster(volumeBytes: UInt64) -> String {
        let mebibytes = volumeBytes / 1_048_576
        var values: [(String, String)] = [
            ("listen_addresses", settings.databaseAddress), ("port", String(settings.databasePort)),
            ("unix_socket_directories", layout.socket), ("unix_socket_permissions", "0777"),
            ("hba_file", layout.accessRules), ("ident_file", layout.identMap),
            ("hot_standby", "on"), ("wal_log_hints", "on"),
            // What an acknowledgement is worth. A role, a database or a session may ask for less or
            // more of its own commits; the server's default is not left to chance.
            ("synchronous_commit", "on"), ("fsync", "on"), ("full_page_writes", "on"),
            ("max_wal_senders", String(PostgreSQLLimits.senders)),
            ("max_replication_slots", String(PostgreSQLLimits.senders)),
            ("wal_keep_size", "\(min(PostgreSQLLimits.keptWAL, max(mebibytes / 10, 64)))MB"),
            ("max_slot_wal_keep_size", "\(max(mebibytes * 6 / 10, 64))MB"),
            ("wal_sender_timeout", "5s"), ("wal_receiver_timeout", "5s"),
            ("wal_receiver_status_interval", "1s"),
            ("wal_retrieve_retry_interval", "\(PostgreSQLLimits.retryMilliseconds)ms"),
            ("tcp_keepalives_idle", "10"), ("tcp_keepalives_interval", "3"),
            ("tcp_keepalives_count", "3"), ("recovery_target_timeline", "latest"),
            ("recovery_target", ""), ("recovery_target_lsn", ""), ("recovery_target_name", ""),
            ("recovery_target_time", ""), ("recovery_target_xid", ""),
            ("recovery_end_command", ""),
        ]
        // A file that promotes: nobody but the holder of the Lease may. It is gone since 16.
        if majorVersion <= 15 { values.append(("promote_trigger_file", "")) }
        return "# Written by Understudy.\n" + ServerConfiguration.lines(values)
    }

    /// `fence.conf`, there only while sessions are shut out. It is no fence by itself, since a
    /// session may set `transaction_read_only`; it stops those that slip in, and the archiver of a
    /// former master, which must not archive beyond the point where a new one branched off.
    var fence: String {
        "# Written by Understudy.\n"
            + ServerConfiguration.lines([
                ("default_transaction_read_only", "on"), ("archive_command", "false"),
            ])
    }

    /// `pg_hba.conf`. The first line shows the agent which of the two variants is in force: the
    /// database does not exist, so one answers "rejected" and the other "does not exist".
    func accessRules(isClosed: Bool, userRules: String) -> String {
        let user = ServerConfiguration.name(superuser)
        let replicator = ServerConfiguration.name(PostgreSQLNames.replicator)
        let canary = ServerConfiguration.name(PostgreSQLNames.canaryDatabase)
        let peer = "peer map=\(PostgreSQLNames.identMap)"
        let agent = """
            local all \(user) \(peer)
            host replication \(replicator) all scram-sha-256
            host "postgres" \(replicator) all scram-sha-256
            host all \(replicator) all reject

            """
        let header = "# Written by Understudy; your own rules belong into the data directory.\n"
        if isClosed {
            return header + "local \(canary) all reject\n" + agent
                + "local all all reject\nlocal replication all reject\n"
                + "host all all all reject\nhost replication all all reject\n"
        }
        return header + "local \(canary) \(user) \(peer)\n" + agent + userRules + "\n"
    }

    /// `pg_ident.conf`: the system accounts that are the superuser over the socket.
    func identMap(systemUser: String) -> String {
        let accounts = systemUser == "root" ? ["root"] : [systemUser, "root"]
        return "# Written by Understudy.\n"
            + accounts.map { account in
                "\(PostgreSQLNames.identMap) \(ServerConfiguration.name(account)) "
                    + ServerConfiguration.name(superuser) + "\n"
            }.joined()
    }

    /// A password file for libpq that lets this member replicate from every other.
    static func passwordFile(_ password: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in password.unicodeScalars {
            if scalar == ":" || scalar == "\\" { escaped.append("\\") }
            escaped.append(scalar)
        }
        return "*:*:*:\(PostgreSQLNames.replicator):\(String(escaped))\n"
    }

    /// A name in an access rule: quoted, so that it is no keyword.
    static func name(_ name: String) -> String {
        SQL.identifier(name)
    }

    /// A configuration without the settings that are the agent's own.
    static func scrubbed(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.filter { line in
            let name = line.drop { $0 == " " || $0 == "\t" }
                .prefix { $0 != " " && $0 != "\t" && $0 != "=" }
            return !managedNames.contains(name.lowercased())
        }.joined(separator: "\n")
    }
}
