/// A promise to a master that cannot reach the API (rule S14).
public struct FailsafeGiven: Hashable, Sendable {
    /// Whom it was given to.
    public var holder: String
    /// Its term.
    public var term: Term
    /// The end of the promise.
    public var until: Instant

    /// A promise from its parts.
    public init(holder: String, term: Term, until: Instant) {
        self.holder = holder
        self.term = term
        self.until = until
    }
}

/// A voter's promise to follow no term older than the holder's, with the end of its data, which
/// no more can be added to in an older term. It never lapses (rule S12).
public struct PromiseHeld: Hashable, Sendable {
    /// The term of the Lease that it was given for.
    public var term: Term
    /// The final position of the data.
    public var position: TermPosition
    /// The voter's ordinal.
    public var ordinal: Int

    /// A promise from its parts.
    public init(term: Term, position: TermPosition, ordinal: Int) {
        self.term = term
        self.position = position
        self.ordinal = ordinal
    }
}

/// A failsafe promise that a peer gave to this master (rule S14).
public struct FailsafeHeld: Hashable, Sendable {
    /// The peer with the incarnation of its data; nil while it has none.
    public var voter: Voter?
    /// The term that it was given for.
    public var term: Term
    /// When it was asked for: the promise lasts from then at least.
    public var askedAt: Instant

    /// A promise from its parts.
    public init(voter: Voter?, term: Term, askedAt: Instant) {
        self.voter = voter
        self.term = term
        self.askedAt = askedAt
    }
}
