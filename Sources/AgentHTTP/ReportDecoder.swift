import FoundationEssentials
import ReplicationCore

/// Turns a peer's bytes into a report. Unknown members of the JSON are skipped, so that a newer
/// peer is understood; what cannot be true is refused, so that no sum of it can overflow.
struct ReportDecoder: Sendable {
    /// The member and the cluster that must have written it; nil for any.
    var member: String?
    var cluster: String?

    func report(from bytes: [UInt8]) -> Result<MemberReport, PeerError> {
        guard ReportDecoder.isShallow(bytes) else {
            return .failure(.malformed("it is nested too deep"))
        }
        let report: MemberReport
        do {
            report = try JSONDecoder().decode(MemberReport.self, from: Data(bytes))
        } catch {
            return .failure(.malformed("it is not the JSON of a report"))
        }
        if let why = ([report] + report.peers).lazy.compactMap(ReportCheck.problem).first {
            return .failure(.malformed(why))
        }
        guard report.peers.allSatisfy(\.peers.isEmpty) else {
            return .failure(.malformed("a peer's report has peers of its own"))
        }
        guard member ?? report.member == report.member, cluster ?? report.cluster == report.cluster
        else {
            return .failure(.stranger("member \(report.member) of cluster \(report.cluster)"))
        }
        return .success(report)
    }

    /// Whether the brackets nest no deeper than a report's: decoding recurses once a level.
    private static func isShallow(_ bytes: [UInt8]) -> Bool {
        var depth = 0
        var isText = false
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                isEscaped = false
            } else if isText {
                isEscaped = byte == UInt8(ascii: "\\")
                isText = byte != UInt8(ascii: "\"")
            } else {
                switch byte {
                case UInt8(ascii: "\""): isText = true
                case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
                case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
                default: break
                }
                guard depth <= Limits.reportDepth else { return false }
            }
        }
        return true
    }
}
