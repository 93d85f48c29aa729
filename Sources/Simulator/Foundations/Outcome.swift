/// A broken invariant.
public struct Violation: Sendable, Hashable {
    /// Which one: `I1` to `I18`.
    public var invariant: String
    /// What was seen.
    public var text: String
    /// When, in virtual microseconds.
    public var time: Int

    /// A violation from its parts.
    public init(invariant: String, text: String, time: Int) {
        self.invariant = invariant
        self.text = text
        self.time = time
    }
}

/// How a run ended.
public struct Outcome: Sendable {
    /// The seed that it was made from.
    public var seed: UInt64
    /// The first broken invariant, if any.
    public var violation: Violation?
    /// The faults that were planned.
    public var faults: [Fault]
    /// What was counted.
    public var statistics: Statistics
    /// A number that follows from everything that happened, in order.
    public var fingerprint: UInt64
    /// The trace, where it was asked for.
    public var trace: [String]
}

/// What a run counted.
public struct Statistics: Sendable, Hashable {
    /// Things that happened.
    public var events = 0
    /// Events that supervisors handled.
    public var handled = 0
    /// Client writes that were begun.
    public var writes = 0
    /// Client writes that were acknowledged.
    public var acknowledged = 0
    /// Promotions of a database.
    public var promotions = 0
    /// Acknowledged writes that mode `async` lost.
    public var lostAsynchronously = 0
    /// Faults that struck.
    public var faults = 0
    /// Virtual microseconds.
    public var duration = 0

    /// Nothing counted yet.
    public init() {}

    /// Adds another run's.
    public mutating func add(_ other: Statistics) {
        events += other.events
        handled += other.handled
        writes += other.writes
        acknowledged += other.acknowledged
        promotions += other.promotions
        lostAsynchronously += other.lostAsynchronously
        faults += other.faults
        duration += other.duration
    }
}
