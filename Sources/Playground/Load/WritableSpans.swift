/// When each member was seen to take writes, and whether two did at once.
struct WritableSpans: Sendable {
    /// From the first to the last successful write of an unbroken series.
    struct Span: Sendable, Hashable {
        var member: String
        var start: ContinuousClock.Instant
        var end: ContinuousClock.Instant
    }

    private(set) var spans: [Span] = []
    /// The span that goes on, by member.
    private var open: [String: Int] = [:]

    /// A member committed a write that was sent and acknowledged at those instants. It counts from
    /// sending to acknowledging: nothing that overlaps escapes.
    mutating func succeeded(
        _ member: String, sent: ContinuousClock.Instant, done: ContinuousClock.Instant
    ) {
        if let index = open[member] {
            spans[index].end = done
        } else {
            open[member] = spans.count
            spans.append(Span(member: member, start: sent, end: done))
        }
    }

    /// A member did not commit a write.
    mutating func failed(_ member: String) {
        open[member] = nil
    }

    /// Two spans of different members that overlap; nil when there are none.
    var conflict: (Span, Span)? {
        let sorted = spans.sorted { $0.start < $1.start }
        for (index, span) in sorted.enumerated() {
            for later in sorted[(index + 1)...] {
                if later.start > span.end { break }
                if later.member != span.member { return (span, later) }
            }
        }
        return nil
    }
}
