import FoundationEssentials
import NIOCore
public import ReplicationCore
import Synchronization

/// Where the agent's loop leaves its latest report, and the HTTP interface finds it. Readers wait
/// for nobody: what is there is whole, and its verdicts ripen with the clock alone.
public final class HealthBoard: Sendable {
    struct Posting: Sendable {
        var report: HealthReport
        /// The report as JSON; nil where it could not be encoded.
        var state: ByteBuffer?
        /// The members of a verdict's body that change only with the report.
        var summary: [UInt8]

        init(_ report: HealthReport, state: ByteBuffer?) {
            self.report = report
            self.state = state
            summary = VerdictBody.summary(of: report.report)
        }
    }

    private let posting: Mutex<Posting>

    /// A board with the report that holds until the first one is published.
    public init(_ first: HealthReport) {
        posting = Mutex(Posting(first, state: HealthBoard.encode(first.report)))
    }

    /// Puts up a new report. It is encoded here, once, and only when it changed.
    public func publish(_ report: HealthReport) {
        let known = latest
        let state =
            known.report.report == report.report
            ? known.state : HealthBoard.encode(report.report)
        let new = Posting(report, state: state)
        posting.withLock { $0 = new }
    }

    /// The latest report.
    public var report: HealthReport { latest.report }

    var latest: Posting { posting.withLock { $0 } }

    /// A value as JSON; nil where it cannot be.
    static func encode(_ value: some Encodable) -> ByteBuffer? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return ByteBuffer(bytes: try encoder.encode(value))
        } catch {
            // Without a body the answer is 500, and peers take this member for silent.
            return nil
        }
    }
}
