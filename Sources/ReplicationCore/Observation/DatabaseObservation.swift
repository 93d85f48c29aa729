/// What the database of this member was last seen to be.
public indirect enum DatabaseObservation: Hashable, Sendable, Codable {
    /// Not asked yet.
    case unknown
    /// Verified: no server process has the data directory, and none listens.
    case down
    /// A server process is there but accepts no session yet (recovery, start, shutdown).
    case starting
    /// A server is there, but did not answer within the deadline.
    case unresponsive
    /// It runs in recovery and cannot write.
    case standby(StandbyObservation)
    /// It runs out of recovery, and whoever gets a session can write.
    case primary(PrimaryObservation)
    /// It answers, and cannot be tended: a wrong password, a version we do not know.
    case unusable(String)
}

/// Who may open a session.
public enum Access: String, Hashable, Sendable, Codable, CaseIterable {
    /// Everybody whom the user's rules admit.
    case open
    /// The agent and replication alone, and no other session is left: verified.
    case closed
    /// Set to closed, but not (or not yet) verified, or neither of the two.
    case uncertain
}

/// A database in recovery.
public struct StandbyObservation: Hashable, Sendable, Codable {
    /// The engine's id of the cluster.
    public var clusterID: String
    /// The end of what is held: received or replayed, whichever is further.
    public var position: Position
    /// Whether nothing more can arrive and all that is held was applied: it follows nobody, no
    /// receiver runs, replay stands at the end of the local log, neither paused nor delayed (S13).
    public var isFinal: Bool
    /// The member whose data it is set to follow; nil when it follows nobody.
    public var upstream: String?
    /// Whether a stream from the upstream is open now.
    public var isStreaming: Bool
    /// Milliseconds since a message came over the stream; nil when there is none.
    public var streamSilenceMilliseconds: Int64?
    /// Milliseconds by which what is applied lags behind what the upstream had sent.
    public var lagMilliseconds: Int64?
    /// Whether somebody paused or delayed the replay.
    public var isReplayHeld: Bool
    /// Who may open a session.
    public var access: Access
    /// The synchronous set as written in the settings, which a promotion would bring into force.
    public var synchronous: SynchronousSet

    /// An observation from its parts.
    public init(
        clusterID: String, position: Position, isFinal: Bool, upstream: String?,
        isStreaming: Bool, streamSilenceMilliseconds: Int64? = nil,
        lagMilliseconds: Int64? = nil, isReplayHeld: Bool = false, access: Access = .open,
        synchronous: SynchronousSet = .empty
    ) {
        self.clusterID = clusterID
        self.position = position
        self.isFinal = isFinal
        self.upstream = upstream
        self.isStreaming = isStreaming
        self.streamSilenceMilliseconds = streamSilenceMilliseconds
        self.lagMilliseconds = lagMilliseconds
        self.isReplayHeld = isReplayHeld
        self.access = access
        self.synchronous = synchronous
    }
}

/// A database out of recovery.
public struct PrimaryObservation: Hashable, Sendable, Codable {
    /// The engine's id of the cluster.
    public var clusterID: String
    /// The finished branches of its data and the flushed end of it.
    public var lineage: Lineage
    /// Who may open a session.
    public var access: Access
    /// The synchronous set as the settings have it.
    public var synchronous: SynchronousSet
    /// Whether the set is seen to be in force, not merely written (rule S13): every connected voter
    /// is shown as counting and nobody else is; and after a rise from W = 0, since a checkpoint.
    public var isSynchronousInForce: Bool
    /// The members that are connected to it.
    public var replicas: [ReplicaConnection]
    /// Members for which a slot (or its like) keeps what they still need.
    public var retained: [String]
    /// Whether the next start will be read-only (design §1.1).
    public var isArmed: Bool

    /// An observation from its parts.
    public init(
        clusterID: String, lineage: Lineage, access: Access, synchronous: SynchronousSet,
        isSynchronousInForce: Bool, replicas: [ReplicaConnection], retained: [String],
        isArmed: Bool
    ) {
        self.clusterID = clusterID
        self.lineage = lineage
        self.access = access
        self.synchronous = synchronous
        self.isSynchronousInForce = isSynchronousInForce
        self.replicas = replicas
        self.retained = retained
        self.isArmed = isArmed
    }
}

/// One member that receives from this database.
public struct ReplicaConnection: Hashable, Sendable, Codable {
    /// The member and the incarnation under whose name it connected.
    public var voter: Voter
    /// Whether it has caught up and streams.
    public var isStreaming: Bool
    /// Whether its acknowledgement counts now, as the server shows it.
    public var counts: Bool
    /// How far it has flushed, on the master's own branch.
    public var flushedOffset: UInt64

    /// A connection from its parts.
    public init(voter: Voter, isStreaming: Bool, counts: Bool, flushedOffset: UInt64) {
        self.voter = voter
        self.isStreaming = isStreaming
        self.counts = counts
        self.flushedOffset = flushedOffset
    }
}

extension DatabaseObservation {
    /// The end of the data that is held, where the server told.
    public var position: Position? {
        switch self {
        case .unknown, .down, .starting, .unresponsive, .unusable: nil
        case .standby(let standby): standby.position
        case .primary(let primary): primary.lineage.tip
        }
    }

    /// The engine's id of the cluster, where the server told.
    public var clusterID: String? {
        switch self {
        case .unknown, .down, .starting, .unresponsive, .unusable: nil
        case .standby(let standby): standby.clusterID
        case .primary(let primary): primary.clusterID
        }
    }

    /// Whether the server answered as something that the agent can tend.
    public var isRunning: Bool {
        switch self {
        case .unknown, .down, .starting, .unresponsive, .unusable: false
        case .standby, .primary: true
        }
    }
}
