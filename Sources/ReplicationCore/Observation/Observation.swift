/// All that a member knows when it decides: plain values, folded from events by ``Supervisor``.
public struct Observation: Hashable, Sendable {
    /// Who this member is.
    public var identity: Identity
    /// What was configured.
    public var settings: ClusterSettings
    /// When the agent began; what a predecessor knew is lost.
    public var startedAt: Instant
    /// What lies on the volume.
    public var directory: DataDirectory
    /// What the control files told when the database was last seen to be down.
    public var stopped: StoppedDatabase?
    /// What the database was last seen to be.
    public var database: DatabaseObservation
    /// When it was seen so.
    public var databaseSeenAt: Instant
    /// Since when it has been of this kind (down, starting, unresponsive, standby, primary).
    public var databaseSince: Instant
    /// When it was last seen to run; at first, when the agent began.
    public var databaseRanAt: Instant
    /// Whether it was primary when it was last seen to run.
    public var wasPrimary: Bool
    /// Whether it was surely read-only when that could last be told, and not promoted since.
    public var isKnownReadOnly: Bool
    /// What is known of the Lease.
    public var lease: LeaseView
    /// The cluster's Pods by name; nil until they were listed.
    public var pods: [String: PodView]?
    /// The peers' last reports by name.
    public var peers: [String: PeerView]
    /// The Pods whose marks are being written, and that were not seen since.
    public var marking: Set<String>
    /// How far the shutdown of this Pod has come.
    public var shutdown: Shutdown
    /// When each connected voter was last seen to stream from this master.
    public var streamedAt: [Voter: Instant]
    /// The barrier after the last change of the synchronous set.
    public var barrier: Barrier?
    /// How sure it is that the settings in force are all that the settings' files hold.
    public var synchronousSetting: SynchronousSetting
    /// Whether the last attempt to close the database failed; it is stopped instead.
    public var isCloseFailing: Bool
    /// When this member was last a replica that had caught up and streamed.
    public var wasReplicaAt: Instant?
    /// When this member was last seen as the open master.
    public var wasMasterAt: Instant?
    /// Before this instant it does not campaign again (it held the Lease without a proof).
    public var campaignNotBefore: Instant?
    /// The newest succession that this member was asked for and has heard of nowhere else.
    public var askedSuccession: PromiseRequest?
    /// What this member promised a master that cannot reach the API, and until when.
    public var failsafeGiven: FailsafeGiven?
    /// The failsafe promises that peers last gave to this master, by member.
    public var failsafeHeld: [String: FailsafeHeld]
    /// The promises that voters gave to this holder of the Lease for its term (rule S12).
    public var promisesHeld: [Voter: PromiseHeld]
    /// The greatest term that a peer is known to have promised.
    public var highestPromise: Term
    /// Since when a switchover has been asked for.
    public var switchoverSince: Instant?

    /// What a member knows at its start: nothing.
    public init(identity: Identity, settings: ClusterSettings, startedAt: Instant) {
        self.identity = identity
        self.settings = settings
        self.startedAt = startedAt
        directory = .unknown
        database = .unknown
        databaseSeenAt = startedAt
        databaseSince = startedAt
        databaseRanAt = startedAt
        wasPrimary = false
        isKnownReadOnly = false
        lease = LeaseView()
        peers = [:]
        marking = []
        shutdown = .none
        streamedAt = [:]
        synchronousSetting = .inDoubt
        isCloseFailing = false
        failsafeHeld = [:]
        promisesHeld = [:]
        highestPromise = 0
    }

    /// The member's own durable state, where its data is complete.
    public var state: MemberState? {
        switch directory {
        case .complete(let state): state
        case .unknown, .empty, .unfinished, .unmarked, .unreadable: nil
        }
    }

    /// This member with the incarnation of its data.
    public var voter: Voter? {
        state.map { Voter(member: identity.member, incarnation: $0.incarnation) }
    }

    /// The own position under the last term followed.
    public var position: TermPosition? {
        guard let state, let position = database.position else { return nil }
        return TermPosition(followedTerm: state.followedTerm, position: position)
    }
}

/// Who a member is.
public struct Identity: Hashable, Sendable {
    /// The Pod's name.
    public let member: String
    /// The ordinal in the StatefulSet.
    public let ordinal: Int
    /// The Pod's UID.
    public let podUID: String
    /// `<pod>_<podUID>`: a Pod made anew under the same name is another holder.
    public let holder: String
    /// The cluster's name.
    public var cluster: String
    /// The engine's name.
    public var engine: String

    /// A member from its Pod's name, ordinal and UID.
    public init(member: String, ordinal: Int, podUID: String, cluster: String, engine: String) {
        self.member = member
        self.ordinal = ordinal
        self.podUID = podUID
        holder = "\(member)_\(podUID)"
        self.cluster = cluster
        self.engine = engine
    }

    /// The member's name in a holder's identity.
    public static func member(ofHolder holder: String) -> String {
        holder.lastIndex(of: "_").map { String(holder[..<$0]) } ?? holder
    }
}

/// What was configured, as far as the rules need it.
public struct ClusterSettings: Hashable, Sendable {
    /// The names of all members, by ordinal.
    public var members: [String]
    /// What a commit must have reached.
    public var mode: Mode
    /// The periods and limits.
    public var timing: Timing
    /// Mode `async`: the greatest tail, in bytes, that a failover may lose.
    public var maximumLagBytes: UInt64
    /// Whether R voters that hear nothing of the master are enough to replace it before its Lease
    /// has run out (rule S11).
    public var takesOverEarly: Bool
    /// Safety rules taken out by a test.
    package var suspended = SuspendedSafeguards()

    /// Settings from their parts.
    public init(
        members: [String], mode: Mode, timing: Timing, maximumLagBytes: UInt64,
        takesOverEarly: Bool = true
    ) {
        self.members = members
        self.mode = mode
        self.timing = timing
        self.maximumLagBytes = maximumLagBytes
        self.takesOverEarly = takesOverEarly
    }
}

/// A Pod of the cluster as the API shows it.
public struct PodView: Hashable, Sendable {
    /// The Pod's name.
    public var name: String
    /// The Pod's UID.
    public var uid: String
    /// The value of the role label; nil where there is none.
    public var role: String?
    /// The value of `understudy.dev/state`.
    public var status: String?
    /// The value of `understudy.dev/term`.
    public var term: String?
    /// Whether it has a deletion timestamp.
    public var isTerminating: Bool

    /// A Pod from its parts.
    public init(
        name: String, uid: String, role: String?, status: String?, term: String?,
        isTerminating: Bool
    ) {
        self.name = name
        self.uid = uid
        self.role = role
        self.status = status
        self.term = term
        self.isTerminating = isTerminating
    }
}

/// A peer's last report and when it came.
public struct PeerView: Hashable, Sendable {
    /// What it said.
    @Boxed public var report: MemberReport
    /// When the request that brought it was sent: what it says was true at that time or later.
    public var askedAt: Instant
    /// Whether the last request was answered.
    public var isAnswering: Bool

    /// A report and when it was asked for.
    public init(report: MemberReport, askedAt: Instant, isAnswering: Bool) {
        self.report = report
        self.askedAt = askedAt
        self.isAnswering = isAnswering
    }
}

/// How far the shutdown of this Pod has come.
public enum Shutdown: Hashable, Sendable, CaseIterable {
    /// It is not being deleted.
    case none
    /// Its Pod is being deleted: the database is about to be stopped.
    case requested
}

/// How sure a master's agent is of the synchronous set that it observes. A set that was written
/// but not loaded, by this agent or a predecessor, comes into force with the next reload.
public enum SynchronousSetting: Hashable, Sendable, CaseIterable {
    /// A write of the settings is under way, has failed, or was a predecessor's.
    case inDoubt
    /// The last write has succeeded; the database was not looked at since.
    case written
    /// What is observed was written, and nothing since.
    case seen
}

/// A position that W voters must hold before a change of the synchronous set is complete: the
/// master's, read after the set was verified to be in force (rule S4).
public struct Barrier: Hashable, Sendable {
    /// The set that was in force.
    public var set: SynchronousSet
    /// The master's flushed offset at that time.
    public var offset: UInt64

    /// A set and the offset that was read once it was in force.
    public init(set: SynchronousSet, offset: UInt64) {
        self.set = set
        self.offset = offset
    }
}
