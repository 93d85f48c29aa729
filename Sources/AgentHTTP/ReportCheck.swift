import ReplicationCore

/// Finds in a peer's report what cannot be true.
enum ReportCheck {
    private static let ordinals = 0...9_999
    /// `leaseTransitions` is a 32-bit number in the API.
    static let terms = 0...Term(Int32.max)
    private static let members = 0...99
    private static let textBytes = 253
    /// A year either way.
    private static let milliseconds = -31_536_000_000...Int64(31_536_000_000)
    /// Far from where sums of offsets overflow.
    private static let offsets = 0...UInt64(Int64.max)

    /// What is wrong, in a few words; nil when all can be true.
    static func problem(in report: MemberReport) -> String? {
        let texts = [report.member, report.podUID, report.cluster, report.engine]
        guard texts.allSatisfy({ isPlain($0) && !$0.isEmpty }) else { return "a name" }
        guard ordinals.contains(report.ordinal) else { return "the ordinal" }
        guard members.contains(report.peers.count) else { return "the number of peers" }
        guard problemOfLease(report.lease) == nil else { return problemOfLease(report.lease) }
        if let state = report.state {
            guard terms.contains(state.promisedTerm), terms.contains(state.followedTerm),
                terms.contains(state.lastTerm), isPlain(state.incarnation)
            else { return "the member's own state" }
        }
        guard isPossible(report.position) else { return "the position" }
        if let failsafe = report.failsafe {
            guard terms.contains(failsafe.term), isPlain(failsafe.holder) else {
                return "the failsafe promise"
            }
        }
        return isPossible(report.database) ? nil : "the database"
    }

    private static func problemOfLease(_ lease: LeaseReport) -> String? {
        guard terms.contains(lease.term) else { return "the term" }
        guard isPossible(milliseconds: lease.remainingMilliseconds) else {
            return "the Lease's remaining time"
        }
        guard let record = lease.record else { return nil }
        guard isPossible(record.synchronous), members.contains(record.members.count),
            isPossible(record.final), isPossible(record.lastPosition),
            record.master.map({ terms.contains($0.term) && isPossible($0.start) }) ?? true
        else { return "the record" }
        return nil
    }

    private static func isPossible(_ database: DatabaseObservation) -> Bool {
        switch database {
        case .unknown, .down, .starting, .unresponsive, .unusable: true
        case .standby(let standby):
            isPossible(standby.position) && isPossible(standby.synchronous)
                && isPossible(milliseconds: standby.lagMilliseconds)
                && isPossible(milliseconds: standby.streamSilenceMilliseconds)
        case .primary(let primary):
            isPossible(primary.lineage.tip) && isPossible(primary.synchronous)
                && primary.lineage.finished.allSatisfy { offsets.contains($0.end) }
                && primary.replicas.allSatisfy { offsets.contains($0.flushedOffset) }
        }
    }

    private static func isPossible(_ position: TermPosition?) -> Bool {
        position.map { terms.contains($0.followedTerm) && isPossible($0.position) } ?? true
    }

    private static func isPossible(_ position: Position) -> Bool {
        offsets.contains(position.offset)
    }

    private static func isPossible(_ set: SynchronousSet) -> Bool {
        members.contains(set.voters.count) && (0...set.voters.count).contains(set.required)
    }

    private static func isPossible(milliseconds time: Int64?) -> Bool {
        time.map(milliseconds.contains) ?? true
    }

    /// Whether a text is short and of no control characters.
    static func isPlain(_ text: String) -> Bool {
        text.utf8.count <= textBytes && !text.utf8.contains { $0 < 0x20 || $0 == 0x7f }
    }
}
