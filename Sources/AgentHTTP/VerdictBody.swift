import FoundationEssentials
import NIOCore
import ReplicationCore

/// The body of a verdict's answer: an object of JSON such as
/// `{"ok":false,"reasons":["NoDonor"],"member":"db-1","status":"joining","term":7}`.
enum VerdictBody {
    private struct Summary: Encodable {
        var member: String
        var role: Role?
        var status: MemberStatus
        var term: Term
    }

    /// The members that change only with the report, with the object's end.
    static func summary(of report: MemberReport) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let summary = Summary(
            member: report.member, role: report.role, status: report.status,
            term: report.lease.term)
        do {
            return Array(try encoder.encode(summary).dropFirst())
        } catch {
            // Words and a number always encode; the verdict itself does not depend on it.
            return Array("\"member\":null}".utf8)
        }
    }

    /// The whole body.
    static func bytes(_ verdict: Verdict, summary: [UInt8]) -> ByteBuffer {
        let reasons = verdict.reasons.map { "\"\($0.rawValue)\"" }.joined(separator: ",")
        var buffer = ByteBuffer(
            string: "{\"ok\":\(verdict.holds),\"reasons\":[\(reasons)],")
        buffer.writeBytes(summary)
        return buffer
    }
}
