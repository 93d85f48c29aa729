public import ReplicationCore

/// What a playground is to be.
public struct PlaygroundOptions: Sendable {
    /// The database.
    public var engine: PlaygroundEngine
    /// How many members, 1 … ``maximumMembers``.
    public var members: Int
    /// The Lease's timings.
    public var profile: Profile
    /// What a commit must have reached before it is acknowledged.
    public var mode: Mode
    /// The absolute path of the folder that holds everything.
    public var directory: String
    /// The name of cluster, StatefulSet and Lease; members are `<cluster>-<ordinal>`.
    public var cluster: String
    /// The port of the databases and of the Services; nil is the engine's usual one.
    public var databasePort: Int?
    /// The path of the `understudy` program; nil is the one beside this program.
    public var agentProgram: String?
    /// How much the agents log.
    public var logLevel: String

    /// More would only show how slow one machine is.
    public static let maximumMembers = 9
    /// The agent's port on each member's address.
    public static let agentPort = 8009
    /// The API server's port.
    public static let apiPort = 6443

    /// Options from their parts.
    public init(
        engine: PlaygroundEngine, members: Int, profile: Profile, mode: Mode, directory: String,
        cluster: String = "db", databasePort: Int? = nil, agentProgram: String? = nil,
        logLevel: String = "info"
    ) {
        self.engine = engine
        self.members = members
        self.profile = profile
        self.mode = mode
        self.directory = directory
        self.cluster = cluster
        self.databasePort = databasePort
        self.agentProgram = agentProgram
        self.logLevel = logLevel
    }

    /// The port that databases and Services use.
    var port: Int { databasePort ?? engine.port }

    /// Why these options cannot be, as sentences; empty when they can.
    public var problems: [String] {
        var problems: [String] = []
        if !(1...Self.maximumMembers).contains(members) {
            problems.append("--members must be between 1 and \(Self.maximumMembers).")
        }
        let label = #/[a-z]([-a-z0-9]{0,50}[a-z0-9])?/#
        if cluster.wholeMatch(of: label) == nil {
            problems.append(
                "--cluster must be a DNS label: lower-case letters, digits and hyphens.")
        }
        if !(1...65535).contains(port) {
            problems.append("--database-port must be between 1 and 65535.")
        }
        let folder = PlaygroundDirectory(path: directory).member("\(cluster)-0").socketDirectory
        let longest = "\(folder)/\(engine.socketName(port: port))"
        if longest.utf8.count > Limits.socketPathBytes {
            problems.append(
                "--directory \(directory) is too long: a Unix socket in it would have a path of "
                    + "more than \(Limits.socketPathBytes) bytes.")
        }
        return problems
    }
}
