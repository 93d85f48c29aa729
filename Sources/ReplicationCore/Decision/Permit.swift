/// The right to promote: made by the rules alone, and checked again right before the act.
public struct PromotionPermit: Hashable, Sendable {
    /// The term of the Lease that it rests on.
    public let term: Term
    /// The data that it was given for.
    public let voter: Voter
    /// The synchronous set that must be in the settings before the promotion.
    public let synchronous: SynchronousSet
    /// The end of the Lease's validity, as the holder counts it.
    public let validUntil: Instant

    init(term: Term, voter: Voter, synchronous: SynchronousSet, validUntil: Instant) {
        self.term = term
        self.voter = voter
        self.synchronous = synchronous
        self.validUntil = validUntil
    }
}

/// The right to open a closed primary for writes.
public struct OpeningPermit: Hashable, Sendable {
    /// The term of the Lease that it rests on.
    public let term: Term
    /// The end of the Lease's validity, as the holder counts it.
    public let validUntil: Instant

    init(term: Term, validUntil: Instant) {
        self.term = term
        self.validUntil = validUntil
    }
}

/// The right to make a cluster's first data directory.
public struct InitialisationPermit: Hashable, Sendable {
    /// The member whom the Lease names as the one that initialises.
    public let member: String

    init(member: String) {
        self.member = member
    }
}

/// The right to replace or change what lies in a data directory.
public struct ErasurePermit: Hashable, Sendable {
    /// What may be erased.
    public let scope: Scope
    /// The cluster whose data replaces it; the donor must be of it.
    public let clusterID: String
    /// The donor's term: the copy may hold data of it that it has not followed yet.
    public let term: Term

    /// How much may be erased.
    public enum Scope: Hashable, Sendable {
        /// Nothing is there, or only our own unfinished work.
        case nothingOfWorth
        /// A tail that a master of a later term lacks.
        case divergedTail
    }

    init(scope: Scope, clusterID: String, term: Term = 0) {
        self.scope = scope
        self.clusterID = clusterID
        self.term = term
    }
}
