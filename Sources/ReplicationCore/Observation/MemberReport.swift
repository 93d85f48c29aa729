/// What a member says of itself at `/state`: to its peers, to its own init container, and to
/// `understudy status`. Everything in it is its own knowledge at the time of the answer.
public struct MemberReport: Hashable, Sendable, Codable {
    /// The member's name, its Pod's.
    public var member: String
    /// The member's ordinal in its StatefulSet.
    public var ordinal: Int
    /// The Pod's UID.
    public var podUID: String
    /// The cluster's name.
    public var cluster: String
    /// The engine's name.
    public var engine: String
    /// What it is, in one word.
    public var status: MemberStatus
    /// The role it carries; nil where it carries none.
    public var role: Role?
    /// What its data directory is.
    public var directory: DataDirectory
    /// What its database is.
    public var database: DatabaseObservation
    /// Its position under its followed term, where known.
    public var position: TermPosition?
    /// What it knows of the Lease.
    @Boxed public var lease: LeaseReport
    /// Whether it could be promoted now, and if not, why.
    public var candidacy: Candidacy
    /// Why it does not do what one might expect of it.
    public var reasons: [Reason]
    /// Whether it is about to end (its Pod is being deleted).
    public var isTerminating: Bool
    /// Whether it would have another member take over now (rule S11).
    public var consent: Consent
    /// The failsafe promise that binds it now.
    public var failsafe: PromiseRequest?
    /// What its peers last reported; empty in what a peer passes on.
    public var peers: [MemberReport]

    /// A report from its parts.
    public init(
        member: String, ordinal: Int, podUID: String, cluster: String, engine: String,
        status: MemberStatus, role: Role?, directory: DataDirectory,
        database: DatabaseObservation, position: TermPosition?, lease: LeaseReport,
        candidacy: Candidacy, reasons: [Reason], isTerminating: Bool,
        consent: Consent = .withheld(.leaseUnknown), failsafe: PromiseRequest? = nil,
        peers: [MemberReport] = []
    ) {
        self.member = member
        self.ordinal = ordinal
        self.podUID = podUID
        self.cluster = cluster
        self.engine = engine
        self.status = status
        self.role = role
        self.directory = directory
        self.database = database
        self.position = position
        self.lease = lease
        self.candidacy = candidacy
        self.reasons = reasons
        self.isTerminating = isTerminating
        self.consent = consent
        self.failsafe = failsafe
        self.peers = peers
    }

    /// The member's own durable state, where it is readable.
    public var state: MemberState? {
        switch directory {
        case .unfinished(let state), .complete(let state): state
        case .unknown, .empty, .unmarked, .unreadable: nil
        }
    }
}

/// What a member knows of the Lease when it answers.
public struct LeaseReport: Hashable, Sendable, Codable {
    /// Whether the API answered its last request.
    public var isReachable: Bool
    /// Whether the Lease was ever seen, or seen to be absent.
    public var isKnown: Bool
    /// The holder's member name; nil when nobody holds it.
    public var holder: String?
    /// The holder's whole identity, `<pod>_<podUID>`.
    public var holderIdentity: String?
    /// The current term.
    public var term: Term
    /// Milliseconds until it runs out: for the holder its own trust in it, for others the rest of
    /// the wait until they may challenge.
    public var remainingMilliseconds: Int64?
    /// The record, where there is one that could be read.
    public var record: ClusterRecord?
    /// Whether a person has paused elections, handover and rejoin.
    public var isPaused: Bool

    /// A report from its parts.
    public init(
        isReachable: Bool, isKnown: Bool, holder: String?, holderIdentity: String?, term: Term,
        remainingMilliseconds: Int64?, record: ClusterRecord?, isPaused: Bool = false
    ) {
        self.isReachable = isReachable
        self.isKnown = isKnown
        self.holder = holder
        self.holderIdentity = holderIdentity
        self.term = term
        self.remainingMilliseconds = remainingMilliseconds
        self.record = record
        self.isPaused = isPaused
    }
}

/// Whether a member could be promoted, and if not, why.
public enum Candidacy: Hashable, Sendable, Codable {
    /// It could.
    case eligible
    /// It could not; at least one reason.
    case ineligible([Reason])
}
