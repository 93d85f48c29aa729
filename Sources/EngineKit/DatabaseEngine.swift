public import ReplicationCore

/// One kind of database, as the init container and the agent need it. An engine knows no
/// Kubernetes and no other engine. Every requirement may be repeated, or be cut off at any
/// instruction, with the same end state (I12). Every call ends within its deadline, also when the
/// server is stopped with SIGSTOP, and blocks no thread of the cooperative pool.
public protocol DatabaseEngine: Sendable {
    /// What the control files of a stopped database tell; nil when there is no data.
    /// - Throws: ``EngineError`` when files are there and cannot be understood.
    func inspectDataDirectory() async throws(EngineError) -> StoppedDatabase?

    /// Init alone: checks that the server's programs are there, and are the ones for the data, if
    /// there is any. Touches nothing.
    /// - Throws: `programMissing`; `unsupported` when the data is of another version.
    func checkPrograms() async throws(EngineError)

    /// Asks a donor as a clone or a rewind would, so that nothing need be touched for one that
    /// would refuse it.
    /// - Throws: `accessDenied` for a wrong password; `verificationFailed` when it is of another
    ///   cluster; `unreachable`, `timeout`, `statementFailed` when it may answer later.
    func checkDonor(_ donor: Donor, clusterID: String) async throws(EngineError)

    /// Makes a cluster's first data directory with a temporary server on a private socket, runs the
    /// image's own initialisation, arms it, and returns the cluster's id. The directory must be
    /// absent or empty.
    func initialise(_ permit: InitialisationPermit) async throws(EngineError) -> String

    /// Replaces the data directory by a verified copy of the donor's, made beside and renamed into
    /// place, armed. A running server is never touched.
    func clone(from donor: Donor, _ permit: ErasurePermit) async throws(EngineError)

    /// Takes back the tail that the donor lacks. On an error the directory is as it was, or is left
    /// for another try with the same end.
    func rewind(to donor: Donor, _ permit: ErasurePermit) async throws(EngineError)

    /// Writes the agent-owned settings outside the data directory, so that the next start is
    /// read-only, follows nobody and lets everybody read, and arms the data directory. The
    /// database must be stopped.
    func prepareStart(as voter: Voter) async throws(EngineError)

    /// What the database is now. Never throws: what fails is part of the observation.
    func observe() async -> DatabaseObservation

    /// Returns when a kept connection was cut by the other side, or when the task is cancelled.
    func waitForDisconnect() async

    /// Promotes a closed standby and arms the data directory again. Returns once it is out of
    /// recovery. The caller has checked the permit.
    func promote(_ permit: PromotionPermit) async throws(EngineError)

    /// Follows that member, or nobody; verified: with nil, no receiver runs when it returns.
    func follow(_ upstream: Donor?, as voter: Voter) async throws(EngineError)

    /// Lets sessions in, or shuts everybody out but agent and replication: settings, then every
    /// other session ended, then verified.
    func setAccess(_ access: RequestedAccess) async throws(EngineError)

    /// Sets who must acknowledge. Returns once the settings are written and reloaded; whether they
    /// are in force is observed.
    func setSynchronous(_ set: SynchronousSet) async throws(EngineError)

    /// On an open or closed primary: makes what each of these members needs in order to follow
    /// (a slot, the replication account with the current password), drops what those no longer
    /// named would keep for ever, arms the directory, and requests a checkpoint where one is due.
    func prepareFollowers(_ members: [String]) async throws(EngineError)

    /// Ends the server process, so that its supervisor starts it anew, read-only.
    func stop(_ urgency: StopUrgency) async throws(EngineError)
}

/// What the agent asks for; what it then is, is observed.
public enum RequestedAccess: Sendable, Hashable {
    /// Everybody whom the user's rules admit, under that permit or in recovery.
    case open
    /// The agent and replication alone.
    case closed
}

/// How hard a server is stopped.
public enum StopUrgency: Sendable, Hashable {
    /// In order: sessions ended, data flushed, replicas sent the rest.
    case orderly
    /// At once: nothing is waited for; recovery follows at the next start.
    case immediate
}

/// A member to copy from or to follow.
public struct Donor: Sendable, Hashable {
    /// Its name.
    public var member: String
    /// The host name or address of its database.
    public var host: String
    /// The port of its database.
    public var port: Int

    /// A member and where its database listens.
    public init(member: String, host: String, port: Int) {
        self.member = member
        self.host = host
        self.port = port
    }
}
