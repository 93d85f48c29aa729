/// The two roles that a label can give.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    /// It takes the writes.
    case master
    /// It follows the master and serves reads.
    case replica
}

/// What a member is, finer than its role; the value of `understudy.dev/state`.
public enum MemberStatus: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing is known yet.
    case starting
    /// There is no data yet, or it is being made.
    case joining
    /// The database does not run.
    case stopped
    /// The database does not answer.
    case unresponsive
    /// It runs read-only and follows nobody.
    case waiting
    /// It follows the master but has not caught up with its term.
    case catchingUp
    /// It streams from the master.
    case replica
    /// It holds the Lease and is on its way to being master.
    case promoting
    /// It is the master, open for writes.
    case master
    /// It was master, and can acknowledge no write.
    case fenced
    /// Its data has a tail that the master lacks.
    case diverged
    /// It refuses to go on; the reason says why.
    case refused
}
