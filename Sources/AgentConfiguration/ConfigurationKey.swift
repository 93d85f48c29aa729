/// A setting that a flag `--<key>`, a variable `UNDERSTUDY_<KEY>` or a file named like the key in
/// the configuration directory can give, in this order of precedence.
public enum ConfigurationKey: String, Sendable, Hashable, CaseIterable {
    /// Which kind of database is tended.
    case engine
    /// The name of cluster and Lease.
    case cluster
    /// How many members the StatefulSet has.
    case members
    /// What a commit must have reached.
    case mode
    /// The named choice of timings.
    case profile
    /// The headless Service.
    case service
    /// The template of a member's address.
    case peerAddress = "peer-address"
    /// Where the agent's HTTP interface listens.
    case agentAddress = "agent-address"
    /// The port of the agents' HTTP interface.
    case agentPort = "agent-port"
    /// Where the database listens.
    case databaseAddress = "database-address"
    /// The port of the databases.
    case databasePort = "database-port"
    /// The data volume's mount point.
    case volume
    /// The database's own directory in the volume.
    case dataDirectory = "data-directory"
    /// Where generated settings lie.
    case runtimeDirectory = "runtime-directory"
    /// Where the database's Unix socket lies.
    case socketDirectory = "socket-directory"
    /// Where the mounted secrets lie.
    case secretsDirectory = "secrets-directory"
    /// Where the database's programs are.
    case programDirectory = "program-directory"
    /// How far behind a member of mode `async` may be when it is promoted.
    case maximumLag = "maximum-lag"
    /// Whether a master that nobody hears is replaced before its Lease has run out.
    case earlyTakeover = "early-takeover"
    /// Where token, CA and namespace of the Pod's service account lie.
    case serviceAccountDirectory = "service-account-directory"
    /// Which Pods are members.
    case podSelector = "pod-selector"
    /// The label that carries the role.
    case roleLabel = "role-label"
    /// The least important log entries that are written.
    case logLevel = "log-level"
    /// The folder with files named like keys; a flag or variable only.
    case configurationDirectory = "configuration-directory"

    /// The variable that gives the key: `UNDERSTUDY_PEER_ADDRESS`.
    public var variable: String {
        ConfigurationKey.variablePrefix
            + rawValue.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
    }

    /// The flag that gives the key: `--peer-address`.
    public var flag: String { "--\(rawValue)" }

    /// What every variable of ours begins with.
    static let variablePrefix = "UNDERSTUDY_"
}
