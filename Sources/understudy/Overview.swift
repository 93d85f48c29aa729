import FoundationEssentials
import ReplicationCore

/// The cluster as one agent sees it, made for people and for scripts.
struct Overview: Codable {
    struct Member: Codable {
        var name: String
        var role: String?
        var state: String
        var term: Int
        var position: String?
        var lagBytes: UInt64?
        var promotable: Bool
        var reasons: [String]
        var candidacy: [String]
    }

    struct LeaseOverview: Codable {
        var holder: String?
        var term: Int
        var remainingMilliseconds: Int64?
        var isReachable: Bool
        var mode: String?
        var voters: [String]
        var required: Int
    }

    var cluster: String
    var engine: String
    var askedMember: String
    var lease: LeaseOverview
    var members: [Member]

    init(_ report: MemberReport) {
        cluster = report.cluster
        engine = report.engine
        askedMember = report.member
        let record = report.lease.record
        lease = LeaseOverview(
            holder: report.lease.holder, term: report.lease.term,
            remainingMilliseconds: report.lease.remainingMilliseconds,
            isReachable: report.lease.isReachable, mode: record?.mode.rawValue,
            voters: record?.synchronous.voters.map(\.member) ?? [],
            required: record?.synchronous.required ?? 0)
        let all = ([report] + report.peers).sorted { $0.ordinal < $1.ordinal }
        let end = all.first { $0.role == .master }?.position
        let known = Set(all.map(\.member))
        members = all.map { Member($0, end: end) }
        for name in record?.members ?? [] where !known.contains(name) {
            members.append(
                Member(
                    name: name, role: nil, state: "silent", term: 0, position: nil, lagBytes: nil,
                    promotable: false, reasons: ["PeersSilent"], candidacy: ["PeersSilent"]))
        }
        // By ordinal: all names differ in it alone.
        members.sort { ($0.name.utf8.count, $0.name) < ($1.name.utf8.count, $1.name) }
    }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    var table: String {
        var rows = [["MEMBER", "ROLE", "STATE", "TERM", "POSITION", "LAG", "PROMOTABLE"]]
        for member in members {
            rows.append([
                member.name, member.role ?? "-", member.state, "\(member.term)",
                member.position ?? "-", member.lagBytes.map { "\($0) B" } ?? "-",
                member.promotable ? "yes" : member.candidacy.joined(separator: ","),
            ])
        }
        let widths = (0..<rows[0].count).map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        let lines = rows.map { row in
            var line = ""
            for (cell, width) in zip(row, widths) {
                line += cell + String(repeating: " ", count: width - cell.count + 2)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        return ([header, ""] + lines).joined(separator: "\n")
    }

    private var header: String {
        let remaining = lease.remainingMilliseconds.map { ", valid for \($0) ms" } ?? ""
        let holder = lease.holder.map { "held by \($0)" } ?? "held by nobody"
        let voters =
            lease.voters.isEmpty
            ? "no voters" : "\(lease.required) of \(lease.voters.joined(separator: ", "))"
        return "Cluster \(cluster) (\(engine), \(lease.mode ?? "mode unknown"); "
            + "a commit needs: \(voters)), as \(askedMember) sees it\n"
            + "Lease: \(holder), term \(lease.term)\(remaining)"
            + (lease.isReachable ? "" : "; the API does not answer")
    }
}

extension Overview.Member {
    init(_ report: MemberReport, end: TermPosition?) {
        name = report.member
        role = report.role?.rawValue
        state = report.status.rawValue
        term = report.state?.followedTerm ?? 0
        position = report.position?.position.description
        if let end, let own = report.position, own.followedTerm == end.followedTerm {
            lagBytes =
                end.position.offset > own.position.offset
                ? end.position.offset - own.position.offset : 0
        }
        reasons = report.reasons.map(\.rawValue)
        switch report.candidacy {
        case .eligible:
            promotable = true
            candidacy = []
        case .ineligible(let why):
            promotable = false
            candidacy = why.map(\.rawValue)
        }
    }
}
