import EngineKit
import FoundationEssentials
import PostgreSQLClient
import ReplicationCore

/// What the agent sets on its own member, and finds again after its own restart: the content of
/// `node.conf`. The first line holds it as a comment; the settings below follow from it.
struct NodeSettings: Sendable, Hashable, Codable {
    /// Whom this member follows.
    struct Upstream: Sendable, Hashable, Codable {
        var member: String
        var host: String
        var port: Int

        init(_ donor: Donor) {
            member = donor.member
            host = donor.host
            port = donor.port
        }
    }

    /// Under which name it follows.
    var voter: Voter
    /// Whom it follows; nil for nobody.
    var upstream: Upstream?
    /// Who must acknowledge, once it is a primary.
    var synchronous: SynchronousSet
    /// Whether everybody may open a session, or the agent and replication alone.
    var isClosed: Bool
    /// A random word, new with every write: a session that shows it has read this file.
    var generation: String

    private static let marker = "# understudy "

    /// The state before anything is known: follows nobody, lets everybody read.
    static func initial(_ voter: Voter) -> NodeSettings {
        NodeSettings(
            voter: voter, upstream: nil, synchronous: .empty, isClosed: false,
            generation: Incarnation.random())
    }

    /// The settings that a file was written from; nil when it is not one of ours.
    static func parse(_ text: String) -> NodeSettings? {
        guard let line = text.split(separator: "\n").first, line.hasPrefix(marker) else {
            return nil
        }
        return try? JSONDecoder().decode(
            NodeSettings.self, from: Data(line.dropFirst(marker.count).utf8))
    }

    /// The file's text.
    func text(passwordFile: String) throws(EngineError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let memory: Data
        do {
            memory = try encoder.encode(self)
        } catch {
            throw EngineError(.configuration, "the member's settings cannot be encoded: \(error)")
        }
        let settings: [(String, String)] = [
            ("primary_conninfo", connectionString(passwordFile: passwordFile)),
            ("primary_slot_name", upstream == nil ? "" : PostgreSQLNames.slot(of: voter.member)),
            ("restore_command", ""),
            ("synchronous_standby_names", SynchronousNames.text(synchronous)),
            ("understudy.access", isClosed ? "closed" : "open"),
            ("understudy.generation", generation),
        ]
        return NodeSettings.marker + String(decoding: memory, as: UTF8.self) + "\n"
            + ServerConfiguration.lines(settings)
    }

    /// The value of `primary_conninfo`; empty when it follows nobody.
    func connectionString(passwordFile: String) -> String {
        guard let upstream else { return "" }
        return ConnectionString.make([
            ("host", upstream.host), ("port", String(upstream.port)),
            ("user", PostgreSQLNames.replicator), ("application_name", voter.description),
            ("passfile", passwordFile), ("connect_timeout", "3"), ("tcp_user_timeout", "5000"),
            ("keepalives_idle", "5"), ("keepalives_interval", "2"), ("keepalives_count", "2"),
        ])
    }
}
