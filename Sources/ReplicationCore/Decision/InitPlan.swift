/// What the init container knows when it decides.
public struct InitObservation: Hashable, Sendable {
    /// What lies on the volume.
    public var directory: DataDirectory
    /// The end of the data and how the server last stopped, where the directory could tell.
    public var stopped: StoppedDatabase?
    /// The own agent's report, peers included; nil while it does not answer.
    public var agent: MemberReport?
    /// How often rewinding has failed in this run of the container.
    public var rewindFailures: Int
    /// Safety rules taken out by a test.
    package var suspended = SuspendedSafeguards()

    /// An observation from its parts.
    public init(
        directory: DataDirectory, stopped: StoppedDatabase?, agent: MemberReport?,
        rewindFailures: Int = 0
    ) {
        self.directory = directory
        self.stopped = stopped
        self.agent = agent
        self.rewindFailures = rewindFailures
    }
}

/// What the files of a stopped database tell.
public struct StoppedDatabase: Hashable, Sendable, Codable {
    /// The engine's id of the cluster.
    public var clusterID: String
    /// Whether it was shut down in order, so that no recovery is needed.
    public var isClean: Bool
    /// Whether it last ran as primary: its tail may exist nowhere else.
    public var wasPrimary: Bool
    /// The end of the data as far as the control file tells: exact after an orderly stop, else a
    /// lower bound.
    public var position: Position

    /// A stopped database from its parts.
    public init(clusterID: String, isClean: Bool, wasPrimary: Bool, position: Position) {
        self.clusterID = clusterID
        self.isClean = isClean
        self.wasPrimary = wasPrimary
        self.position = position
    }
}

/// What the init container does next.
public enum InitPlan: Hashable, Sendable {
    /// Ask again soon.
    case wait(Reason)
    /// Make the cluster's first data directory.
    case initialise(InitialisationPermit)
    /// Copy the donor's.
    case clone(donor: String, ErasurePermit)
    /// Take back what the donor lacks, then follow it.
    case rewind(donor: String, ErasurePermit)
    /// Start what is there, read-only and following nobody.
    case start
    /// Leave everything as it is and give up.
    case refuse(Reason)
}
