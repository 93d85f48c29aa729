/// What can be done. The shell performs effects one at a time a resource; any may be repeated.
public indirect enum Effect: Hashable, Sendable {
    /// Write the Lease, expecting the version that the decision rests on.
    case writeLease(LeaseWrite)
    /// Read the Lease, and hand back what it says as an event of its own.
    case readLease
    /// Set a Pod's role label and state, expecting its UID.
    case mark(pod: String, uid: String, PodMarks)
    /// Write the member's own durable state.
    case persist(MemberState)
    /// Promote the own, closed database.
    case promote(PromotionPermit)
    /// Open a closed primary for writes.
    case open(OpeningPermit)
    /// Let readers into a database in recovery.
    case openForReads
    /// Shut everybody out but agent and replication, and verify it.
    case close
    /// Follow that member, or nobody.
    case follow(String?)
    /// Set who must acknowledge.
    case setSynchronous(SynchronousSet)
    /// Make what those members need in order to follow.
    case prepareFollowers([String])
    /// End the server process.
    case stopDatabase(urgent: Bool)
    /// Run all containers of the Pod anew, so that init can work on the stopped database.
    case restartPod(Reason)
    /// Ask that member for a promise, and hand back its answer as an event.
    case requestPromise(of: String, PromiseRequest)

    /// What an effect works on: effects of one resource follow one another.
    public var resource: Resource {
        switch self {
        case .writeLease: .lease
        case .readLease: .leaseReading
        case .mark(let pod, _, _): .pod(pod)
        case .persist: .volume
        case .promote, .open, .openForReads, .follow, .setSynchronous: .database
        case .prepareFollowers: .followers
        case .close, .stopDatabase: .fence
        case .restartPod: .process
        case .requestPromise(let member, _): .peer(member)
        }
    }

    /// What an effect works on.
    public enum Resource: Hashable, Sendable {
        /// The Lease.
        case lease
        /// Reading the Lease, beside its watch.
        case leaseReading
        /// A Pod's labels.
        case pod(String)
        /// The member's durable file.
        case volume
        /// The database's role and settings.
        case database
        /// Slots and accounts.
        case followers
        /// The fence: never waits for the database's other effects.
        case fence
        /// The agent's own process.
        case process
        /// The question put to a peer.
        case peer(String)
    }
}

/// What a Pod's labels shall say.
public struct PodMarks: Hashable, Sendable {
    /// The role label; nil for none.
    public var role: Role?
    /// The value of `understudy.dev/state`.
    public var status: MemberStatus
    /// The value of `understudy.dev/term`.
    public var term: Term

    /// Marks from their parts.
    public init(role: Role?, status: MemberStatus, term: Term) {
        self.role = role
        self.status = status
        self.term = term
    }
}

/// One write of the Lease.
public struct LeaseWrite: Hashable, Sendable {
    /// The object and version that the decision rests on; nil to create it.
    public var expecting: Version?
    /// The holder's identity; empty to release.
    public var holder: String
    /// `leaseTransitions`.
    public var term: Term
    /// `leaseDurationSeconds`.
    public var duration: Duration
    /// The record.
    public var record: ClusterRecord
    /// The requests whose annotations are removed with this write.
    public var answered: Set<AnsweredRequest>

    /// An object and its version.
    public struct Version: Hashable, Sendable {
        /// The object's UID.
        public var uid: String
        /// The object's resource version.
        public var resourceVersion: String

        /// A version from its parts.
        public init(uid: String, resourceVersion: String) {
            self.uid = uid
            self.resourceVersion = resourceVersion
        }
    }

    /// A write from its parts.
    public init(
        expecting: Version?, holder: String, term: Term, duration: Duration,
        record: ClusterRecord, answered: Set<AnsweredRequest> = []
    ) {
        self.expecting = expecting
        self.holder = holder
        self.term = term
        self.duration = duration
        self.record = record
        self.answered = answered
    }
}
