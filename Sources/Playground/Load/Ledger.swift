/// The account of writes: what became of each number, and when.
struct Ledger: Sendable {
    /// What the writer knows of one write.
    enum Outcome: Sendable, Hashable {
        /// It was acknowledged: it must be there for ever.
        case acknowledged
        /// It surely was not applied: it must not be there.
        case refused
        /// The connection broke before an answer: it may be there or not.
        case unknown
    }

    /// One write.
    struct Entry: Sendable, Hashable {
        var number: Int64
        var sent: ContinuousClock.Instant
        var done: ContinuousClock.Instant
        var outcome: Outcome
    }

    /// A time without acknowledgements.
    struct Pause: Sendable, Hashable {
        var start: ContinuousClock.Instant
        var end: ContinuousClock.Instant

        var duration: Duration { end - start }
    }

    /// What a comparison with the table found.
    struct Verdict: Sendable, Hashable {
        var acknowledged = 0
        var unknown = 0
        var refused = 0
        /// Acknowledged, and not there: the worst that can be.
        var lost: [Int64] = []
        /// Unknown, and there.
        var unknownApplied = 0
        /// Refused, and there all the same.
        var refusedApplied: [Int64] = []
        /// There, although nobody wrote it.
        var foreign: [Int64] = []

        /// Nothing is there or missing that should not be.
        var holds: Bool { lost.isEmpty && refusedApplied.isEmpty && foreign.isEmpty }
    }

    private(set) var entries: [Entry] = []

    /// An account without entries.
    init() {}

    /// The account of several writers.
    init(of ledgers: [Ledger]) {
        entries = ledgers.flatMap(\.entries).sorted { $0.done < $1.done }
    }

    /// Notes one write; they come in order.
    mutating func note(_ entry: Entry) {
        entries.append(entry)
    }

    /// The longest time without acknowledgements that ended after the instant, up to now at the
    /// latest; nil when nothing has been acknowledged at all.
    func longestPause(
        endingAfter instant: ContinuousClock.Instant, now: ContinuousClock.Instant
    ) -> Pause? {
        let times = entries.filter { $0.outcome == .acknowledged }.map(\.done)
        guard let last = times.last else { return nil }
        let pauses =
            zip(times, times.dropFirst()).map { Pause(start: $0, end: $1) }
            + [Pause(start: last, end: now)]
        return pauses.filter { $0.end > instant }.max { $0.duration < $1.duration }
    }

    /// Whether a write was acknowledged that was sent after the instant.
    func isAcknowledged(after instant: ContinuousClock.Instant) -> Bool {
        entries.reversed().prefix { $0.done > instant }
            .contains { $0.outcome == .acknowledged && $0.sent > instant }
    }

    /// The writes that ended after the instant and were not acknowledged.
    func failures(after instant: ContinuousClock.Instant) -> [Entry] {
        entries.filter { $0.done > instant && $0.outcome != .acknowledged }
    }

    /// Compares with the numbers in the table.
    func compare(with present: Set<Int64>) -> Verdict {
        var verdict = Verdict()
        var known: Set<Int64> = []
        for entry in entries {
            known.insert(entry.number)
            let isThere = present.contains(entry.number)
            switch entry.outcome {
            case .acknowledged:
                verdict.acknowledged += 1
                if !isThere { verdict.lost.append(entry.number) }
            case .unknown:
                verdict.unknown += 1
                if isThere { verdict.unknownApplied += 1 }
            case .refused:
                verdict.refused += 1
                if isThere { verdict.refusedApplied.append(entry.number) }
            }
        }
        verdict.foreign = present.subtracting(known).sorted()
        return verdict
    }
}
