public import ReplicationCore

/// All that an engine needs to know: plain values, already validated.
public struct EngineSettings: Sendable, Hashable {
    /// The member's name, its Pod's.
    public var member: String
    /// Its ordinal in the StatefulSet.
    public var ordinal: Int
    /// The cluster's name.
    public var cluster: String
    /// The names of all members, by ordinal.
    public var members: [String]
    /// The mount point of the data volume.
    public var volume: String
    /// The data directory, inside the volume.
    public var dataDirectory: String
    /// Where generated configuration lies: shared by agent, init and database, in memory.
    public var runtimeDirectory: String
    /// Where the database puts its Unix socket.
    public var socketDirectory: String
    /// Where the secrets are mounted: `replication-password`, `agent-key`.
    public var secretsDirectory: String
    /// Where the database's programs are; nil to look through `PATH`.
    public var programDirectory: String?
    /// Where the database listens: an address or `*`.
    public var databaseAddress: String
    /// The port on which the database listens.
    public var databasePort: Int
    /// The periods and limits of the cluster.
    public var timing: Timing
    /// What a commit must have reached.
    public var mode: Mode
    /// The environment of the container, for what the database's image reads from it
    /// (`POSTGRES_USER` and the like) and for the image's initialisation scripts; none of ours.
    public var environment: [String: String]
    /// The image's start script, whose functions run the initialisation scripts where it exists.
    public var imageEntrypoint: String
    /// The folder with the initialisation scripts.
    public var initialisationDirectory: String

    /// Settings from their parts.
    public init(
        member: String, ordinal: Int, cluster: String, members: [String], volume: String,
        dataDirectory: String, runtimeDirectory: String, socketDirectory: String,
        secretsDirectory: String, programDirectory: String? = nil,
        databaseAddress: String = "*", databasePort: Int, timing: Timing, mode: Mode,
        environment: [String: String] = [:],
        imageEntrypoint: String = "/usr/local/bin/docker-entrypoint.sh",
        initialisationDirectory: String = "/docker-entrypoint-initdb.d"
    ) {
        self.member = member
        self.ordinal = ordinal
        self.cluster = cluster
        self.members = members
        self.volume = volume
        self.dataDirectory = dataDirectory
        self.runtimeDirectory = runtimeDirectory
        self.socketDirectory = socketDirectory
        self.secretsDirectory = secretsDirectory
        self.programDirectory = programDirectory
        self.databaseAddress = databaseAddress
        self.databasePort = databasePort
        self.timing = timing
        self.mode = mode
        self.environment = environment
        self.imageEntrypoint = imageEntrypoint
        self.initialisationDirectory = initialisationDirectory
    }
}
