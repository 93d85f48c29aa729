/// What a member knows of the Lease, with local instants only.
public struct LeaseView: Hashable, Sendable {
    /// The Lease as last seen.
    public var content: Content
    /// When (holder, term, renewTime) was last seen to change.
    public var changedAt: Instant?
    /// Until when the own holdership is to be trusted: from before the last successful write was
    /// sent, plus the deadline. Nil when this agent has not written it yet.
    public var validUntil: Instant?
    /// When the last own write was sent, whatever became of it.
    public var sentAt: Instant?
    /// When this member took the Lease for the current term.
    public var takenAt: Instant?
    /// Whether the outcome of an own write is unknown, or another version was there, and none has
    /// succeeded since (rule S5).
    public var hasUnknownWrite: Bool
    /// The own write that was begun and has not been answered.
    public var pendingWrite: LeaseWrite?
    /// Whether the API answered the last request.
    public var isReachable: Bool
    /// Whether the last own write failed, and not because another version was there (rule S14).
    public var isWriteFailing: Bool
    /// What this holder's mastership last said on the Lease, should the Lease lose it (rule S16).
    public var ownHold: LeaseValue?

    /// What a member knows at its start: nothing.
    public init() {
        content = .unknown
        hasUnknownWrite = false
        isReachable = false
        isWriteFailing = false
    }

    /// The Lease as last seen.
    public indirect enum Content: Hashable, Sendable {
        /// Not read yet.
        case unknown
        /// There is none.
        case absent
        /// It is there.
        case present(LeaseValue)
    }

    /// Whether an own release is under way: nothing may rest on the Lease any more.
    public var isReleasing: Bool { pendingWrite?.holder.isEmpty ?? false }

    /// The Lease, where there is one.
    public var value: LeaseValue? {
        switch content {
        case .present(let value): value
        case .unknown, .absent: nil
        }
    }

    /// The record, where it could be read.
    public var record: ClusterRecord? {
        switch value?.record {
        case .readable(let record): record
        case .missing, .damaged, nil: nil
        }
    }

    /// Whether the record in force is surely the one that was read: no own write that would change
    /// the synchronous set is under way, and none has ended in doubt (rule S5).
    public var isSynchronousSetSettled: Bool {
        guard !hasUnknownWrite else { return false }
        guard let pendingWrite else { return true }
        return pendingWrite.record.synchronous == record?.synchronous
    }

    /// What people ask for.
    public var requests: Requests { value?.requests ?? Requests() }

    /// The current term; 0 before the first.
    public var term: Term { value?.term ?? 0 }

    /// Whether that identity is the holder, whatever the time.
    public func isHeld(by identity: Identity) -> Bool {
        value?.holder == identity.holder
    }

    /// Whether this member holds it, and may act on that until at least the given time from now.
    public func isValid(for identity: Identity, at now: Instant, margin: Duration = .zero) -> Bool {
        guard isHeld(by: identity), let validUntil else { return false }
        return now + margin < validUntil
    }

    /// From when on a challenger may take it; nil when that can't be told yet. It waits for what
    /// the holder wrote, and never less than its own duration, nor longer than any profile has:
    /// numbers can be edited. An empty holder is a release only where the record says so.
    public func freeFrom(ownDuration: Duration) -> Instant? {
        guard let value, let changedAt else { return nil }
        if value.holder.isEmpty, value.isReleased { return changedAt }
        let written = min(value.duration, RuleLimits.longestDuration)
        return changedAt + max(written, ownDuration)
    }
}

/// A Lease's content.
public struct LeaseValue: Hashable, Sendable {
    /// The object's UID.
    public var uid: String
    /// The object's resource version.
    public var resourceVersion: String
    /// The holder's identity; empty when nobody holds it.
    public var holder: String
    /// `leaseTransitions`.
    public var term: Term
    /// The text of `renewTime`: compared for change, never read as a time.
    public var renewTime: String
    /// `leaseDurationSeconds`, as written by the holder.
    public var duration: Duration
    /// The record.
    public var record: Record
    /// What people ask for.
    public var requests: Requests

    /// A Lease's content from its parts.
    public init(
        uid: String, resourceVersion: String, holder: String, term: Term, renewTime: String,
        duration: Duration, record: Record, requests: Requests = Requests()
    ) {
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.holder = holder
        self.term = term
        self.renewTime = renewTime
        self.duration = duration
        self.record = record
        self.requests = requests
    }

    /// The record's annotation.
    public indirect enum Record: Hashable, Sendable {
        /// There is none.
        case missing
        /// There is one, but its checksum or its form is wrong.
        case damaged
        /// It could be read.
        case readable(ClusterRecord)
    }

    /// Whether nobody has held it yet, or the last holder gave it up itself: a hand that empties
    /// the holder's field leaves the record as it was.
    public var isReleased: Bool {
        switch record {
        case .missing: term == 0
        case .damaged: false
        case .readable(let record): record.releasedTerm == term
        }
    }

    /// Whether it was held before, and its record cannot be read any more.
    public var hasLostRecord: Bool {
        switch record {
        case .missing: term > 0
        case .damaged: true
        case .readable: false
        }
    }

    /// The mastership in its record, where it can be read.
    var masterRecord: MasterRecord? {
        switch record {
        case .missing, .damaged: nil
        case .readable(let record): record.master
        }
    }

    /// Whether another content says the same of who holds it: rule S11 and F29 leave edits aside.
    public func isSameHold(as other: LeaseValue) -> Bool {
        uid == other.uid && holder == other.holder && term == other.term
            && renewTime == other.renewTime
    }
}
