/// Why something is refused, awaited or done: the same word in logs, Events, `/state` and the
/// documentation.
public enum Reason: String, Sendable, Hashable, Codable, CaseIterable, Error {
    /// A word of another release's, which this one does not know.
    case unknown = "Unknown"
    /// The API could not be reached.
    case apiUnreachable = "APIUnreachable"
    /// The Lease has not been read yet.
    case leaseUnknown = "LeaseUnknown"
    /// Another member holds the Lease.
    case leaseHeldByOther = "LeaseHeldByOther"
    /// The own Lease ran out before it could be renewed.
    case leaseExpired = "LeaseExpired"
    /// Another member took the Lease.
    case leaseLost = "LeaseLost"
    /// The Lease is being given up.
    case releasing = "Releasing"
    /// The Lease was observed unchanged for too short a time.
    case leaseNotExpired = "LeaseNotExpired"
    /// The record on the Lease is missing or damaged.
    case recordUnreadable = "RecordUnreadable"
    /// Nothing has been initialised, and a member has not said that it is empty.
    case peersSilent = "PeersSilent"
    /// The cluster has no data yet, and another ordinal makes it.
    case notInitialiser = "NotInitialiser"
    /// There is no master to copy from or to follow.
    case noDonor = "NoDonor"
    /// The data directory is empty.
    case dataDirectoryEmpty = "DataDirectoryEmpty"
    /// The data belongs to another cluster.
    case foreignData = "ForeignData"
    /// Data that is not ours, in a cluster that already lived or with several candidates.
    case unmarkedData = "UnmarkedData"
    /// Data of a version, or made in a way, that is not known.
    case dataUnsupported = "DataUnsupported"
    /// Our own state on the volume is unreadable.
    case stateUnreadable = "StateUnreadable"
    /// A clone or an initialisation was cut off; it is begun again.
    case cloneInterrupted = "CloneInterrupted"
    /// The data has a tail that the master lacks.
    case diverged = "Diverged"
    /// Rewinding or erasing would touch the last copy, or a history that is not older.
    case rejoinUnsafe = "RejoinUnsafe"
    /// Rewinding failed.
    case rewindFailed = "RewindFailed"
    /// Another member is more advanced.
    case behindPeer = "BehindPeer"
    /// The member is not among the voters and does not hold the final position.
    case notVoter = "NotVoter"
    /// Fewer than R voters have promised.
    case promisesMissing = "PromisesMissing"
    /// In mode `async`: too far behind the last master, or nobody knows.
    case lagTooGreat = "LagTooGreat"
    /// The database does not run.
    case databaseDown = "DatabaseDown"
    /// The database is starting or recovering.
    case databaseStarting = "DatabaseStarting"
    /// The database does not answer.
    case databaseUnresponsive = "DatabaseUnresponsive"
    /// The database answers, and cannot be tended.
    case databaseUnusable = "DatabaseUnusable"
    /// The agent's own loop has not run for too long.
    case agentSilent = "AgentSilent"
    /// Somebody paused or delayed replay.
    case replayHeld = "ReplayHeld"
    /// It does not stream from the master.
    case notStreaming = "NotStreaming"
    /// It has not caught up with the master's term.
    case catchingUp = "CatchingUp"
    /// Its promise forbids to follow so old a term.
    case promised = "Promised"
    /// Closed until enough voters hold the local end.
    case waitingForVoters = "WaitingForVoters"
    /// Alone: nobody acknowledges, and nobody could take over.
    case aloneNoFailover = "AloneNoFailover"
    /// A fence is under way or holds.
    case fenced = "Fenced"
    /// The database was primary without the right to be.
    case unexpectedPrimary = "UnexpectedPrimary"
    /// The Pod is being deleted.
    case terminating = "Terminating"
    /// The master hands over to another member.
    case handover = "Handover"
    /// The master's database is down, and another member takes over.
    case databaseLost = "DatabaseLost"
    /// A holder found no proof that it may be promoted, and released the Lease.
    case noProof = "NoProof"
    /// It was promoted.
    case promoted = "Promoted"
    /// It was opened for writes.
    case opened = "Opened"
    /// It follows another master.
    case following = "Following"
    /// The first data directory was made.
    case initialised = "Initialised"
    /// Existing data became the cluster's.
    case adopted = "Adopted"
    /// The database or Pod is restarted.
    case restarting = "Restarting"
    /// A person has paused elections, handover and rejoin.
    case paused = "Paused"
    /// It hears the master, so it does not consent to another.
    case hearsMaster = "HearsMaster"
    /// A promise to a master that cannot reach the API forbids to campaign.
    case failsafe = "Failsafe"
    /// A switchover was asked for and waits until its target could take over.
    case switchoverWaiting = "SwitchoverWaiting"
    /// A switchover was asked for and cannot be done.
    case switchoverRefused = "SwitchoverRefused"
    /// A person took the responsibility for this promotion.
    case forcedPromotion = "ForcedPromotion"
    /// The record on the Lease was lost under its master, which writes it anew.
    case recordRestored = "RecordRestored"
    /// The synchronous set changes.
    case synchronousSetChanged = "SynchronousSetChanged"
}

extension Reason {
    /// A report of a newer release may hold reasons that are not known here; they must not make the
    /// rest of it unreadable.
    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = Reason(rawValue: text) ?? .unknown
    }
}
