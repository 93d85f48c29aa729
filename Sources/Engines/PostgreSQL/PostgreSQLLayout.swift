import EngineKit

/// Where this engine's files are.
struct PostgreSQLLayout: Sendable, Hashable {
    /// The data directory.
    let data: String
    /// The volume's mount point.
    let volume: String
    /// The folder of the generated configuration.
    let runtime: String
    /// The folder of the server's socket.
    let socket: String
    /// The mounted secret.
    let replicationPassword: String

    init(_ settings: EngineSettings) {
        data = Path.trimming(settings.dataDirectory)
        volume = Path.trimming(settings.volume)
        runtime = Path.trimming(settings.runtimeDirectory)
        socket = Path.trimming(settings.socketDirectory)
        replicationPassword =
            Path.trimming(settings.secretsDirectory) + "/replication-password"
    }

    /// A clone that is being made. Beside the data directory, so that it can be renamed.
    var clone: String { data + ".clone" }
    /// A first data directory that is being made.
    var initialising: String { data + ".initialising" }
    /// A data directory that is being replaced.
    var replaced: String { data + ".replaced" }

    var controlFile: String { data + "/global/pg_control" }
    var versionFile: String { data + "/PG_VERSION" }
    var postmasterFile: String { data + "/postmaster.pid" }
    var hostRules: String { data + "/pg_hba.conf" }
    var slots: String { data + "/pg_replslot" }

    /// Lies in a finished data directory until it is started for the first time.
    static func unstarted(in data: String) -> String { data + "/understudy.unstarted" }
    static func standbySignal(in data: String) -> String { data + "/standby.signal" }
    static func recoverySignal(in data: String) -> String { data + "/recovery.signal" }
    static func automaticConfiguration(in data: String) -> String {
        data + "/postgresql.auto.conf"
    }

    /// The file that the server is started with.
    var configuration: String { runtime + "/postgresql.conf" }
    var clusterConfiguration: String { runtime + "/cluster.conf" }
    var nodeConfiguration: String { runtime + "/node.conf" }
    var fenceConfiguration: String { runtime + "/fence.conf" }
    var accessRules: String { runtime + "/pg_hba.conf" }
    var identMap: String { runtime + "/pg_ident.conf" }
    var passwordFile: String { runtime + "/pgpass" }
}
