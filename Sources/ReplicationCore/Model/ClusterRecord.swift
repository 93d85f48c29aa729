/// What the members agree on, kept in an annotation of the Lease and written together with every
/// renewal (rule S3). What is in force is the record; configuration is a wish.
public struct ClusterRecord: Hashable, Sendable, Codable {
    /// The engine's own id of the cluster (PostgreSQL: the system identifier).
    public var clusterID: String?
    /// How far the first initialisation has come.
    public var initialisation: Initialisation
    /// What a commit must have reached.
    public var mode: Mode
    /// Who was last made master, and from where its data went on.
    public var master: MasterRecord?
    /// Every member that could acknowledge a commit, and how many must.
    public var synchronous: SynchronousSet
    /// The members that may campaign.
    public var members: [String]
    /// The end of all data, written by a release after a verified stop.
    public var final: TermPosition?
    /// The master's position at the last renewal.
    public var lastPosition: TermPosition?
    /// Whom the last master would like to succeed it.
    public var preferredSuccessor: String?
    /// The term whose holder gave the Lease up itself, its database verified to be stopped or
    /// read-only; nil while somebody holds it.
    public var releasedTerm: Term?
    /// The last term that a person forced (rule S17): nothing that it left out is erased.
    public var forcedTerm: Term?

    /// A record from its parts.
    public init(
        clusterID: String? = nil, initialisation: Initialisation = .none, mode: Mode,
        master: MasterRecord? = nil, synchronous: SynchronousSet = .empty, members: [String] = [],
        final: TermPosition? = nil, lastPosition: TermPosition? = nil,
        preferredSuccessor: String? = nil, releasedTerm: Term? = nil,
        forcedTerm: Term? = nil
    ) {
        self.clusterID = clusterID
        self.initialisation = initialisation
        self.mode = mode
        self.master = master
        self.synchronous = synchronous
        self.members = members
        self.final = final
        self.lastPosition = lastPosition
        self.preferredSuccessor = preferredSuccessor
        self.releasedTerm = releasedTerm
        self.forcedTerm = forcedTerm
    }
}

/// How far a cluster's first initialisation has come (rule S15).
public enum Initialisation: Hashable, Sendable, Codable {
    /// Nobody has begun.
    case none
    /// That member makes the first data directory.
    case running(by: String)
    /// The cluster has lived: from now on an empty member clones.
    case done
}

/// A mastership as recorded before its promotion.
public struct MasterRecord: Hashable, Sendable, Codable {
    /// The master, with the incarnation of its data.
    public var voter: Voter
    /// The term of this mastership.
    public var term: Term
    /// The end of its data when it was chosen: where its own branch begins, or later.
    public var start: TermPosition
    /// Why it was allowed.
    public var proof: Proof

    /// A mastership from its parts.
    public init(voter: Voter, term: Term, start: TermPosition, proof: Proof) {
        self.voter = voter
        self.term = term
        self.start = start
        self.proof = proof
    }
}

extension MasterRecord {
    /// Whether this mastership's data does not contain all of that earlier term: it went on from an
    /// older one. Branches alone cannot tell, since two members that were promoted from the same
    /// branch without knowing of each other both call theirs by the same number.
    func leavesOut(_ followedTerm: Term) -> Bool {
        start.followedTerm < followedTerm && followedTerm < term
    }
}

/// Why a member may be promoted (rule S7).
public enum Proof: String, Hashable, Sendable, Codable, CaseIterable {
    /// It made the first data directory, or brought the only one.
    case first
    /// (a) It is the recorded master itself, with the same incarnation.
    case recordedMaster
    /// (b) It holds all that the last master had when it was stopped.
    case containsFinal
    /// (c) R voters promised, and none of them is more advanced.
    case promises
    /// Mode `async`: the most advanced member that could be reached.
    case mostAdvanced
    /// A person said so (rule S16).
    case forced
}
