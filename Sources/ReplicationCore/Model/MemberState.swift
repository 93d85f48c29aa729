/// What a member remembers about itself, in one durable file on the data volume (rule S2).
public struct MemberState: Hashable, Sendable, Codable {
    /// The cluster that the data belongs to; absent until the data is complete.
    public var clusterID: String?
    /// The random id of this data: new whenever it was initialised, cloned or rewound.
    public var incarnation: String
    /// The greatest term for which this member has promised to follow no older one.
    public var promisedTerm: Term
    /// The last term whose start position this member has held while following or leading it.
    public var followedTerm: Term
    /// The last term of which there may be data that was not followed yet: one for which this
    /// member was about to be promoted, or that of the master whose copy this is.
    public var begunTerm: Term?
    /// What is being done to the data directory.
    public var step: DirectoryStep
    /// The record as it was when this was written, should the Lease lose it (rule S16).
    public var record: ClusterRecord?

    /// A member's own state from its parts.
    public init(
        clusterID: String?, incarnation: String, promisedTerm: Term = 0, followedTerm: Term = 0,
        begunTerm: Term? = nil, step: DirectoryStep, record: ClusterRecord? = nil
    ) {
        self.clusterID = clusterID
        self.incarnation = incarnation
        self.promisedTerm = promisedTerm
        self.followedTerm = followedTerm
        self.begunTerm = begunTerm
        self.step = step
        self.record = record
    }
}

extension MemberState {
    /// The last term of which there may be data.
    public var lastTerm: Term { max(followedTerm, begunTerm ?? 0) }

    /// Whether this data was last the master's, as that member's own file has it: it is written
    /// before a master opens.
    func isMaster(_ member: String) -> Bool {
        guard let master = record?.master else { return false }
        return master.voter == Voter(member: member, incarnation: incarnation)
            && master.term == followedTerm
    }
}

/// What is being done to a data directory. All but `complete` mark it as unfit to start from.
public enum DirectoryStep: String, Hashable, Sendable, Codable, CaseIterable {
    /// The first data directory of a cluster is being made.
    case initialising
    /// A copy of another member is being made beside it.
    case cloning
    /// It is being rewound to another member's history.
    case rewinding
    /// Nothing: it can be started.
    case complete
}

/// What lies on the data volume, as far as its files tell.
public indirect enum DataDirectory: Hashable, Sendable, Codable {
    /// Not looked at yet.
    case unknown
    /// No data, and no trace of any.
    case empty
    /// Our own unfinished work: never started, and may be wiped by whoever began it.
    case unfinished(MemberState)
    /// Data of ours that can be started.
    case complete(MemberState)
    /// Data that nobody of ours made, with its cluster id where that can be read.
    case unmarked(clusterID: String?)
    /// Our own state is there but unreadable, or contradicts the data; never "empty".
    case unreadable(String)
}
