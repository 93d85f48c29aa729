public import ReplicationCore

/// A run whose faults are written down, with what must be seen in it: a head, steps that happen
/// one after another, and below a line `---` the transcript of what happened when it was last
/// looked at.
public struct Scenario: Sendable {
    /// What it shows: the comments at its top.
    public var title = ""
    /// How many members the cluster has.
    public var members = 3
    /// What a commit must reach.
    public var mode = Mode.quorum
    /// The timings.
    public var profile = Profile.fast
    /// The seed of all delays.
    public var seed: UInt64 = 1
    /// The rule that is taken out, if any.
    public var sabotage: Sabotage?
    /// Whether a challenger may take over before the Lease has run out.
    public var takesOverEarly = true
    /// How much a candidate in mode `async` may lack.
    public var maximumLag: UInt64 = 1 << 30
    /// How many clients write.
    public var clients = 2
    /// How long the run may take, in virtual microseconds.
    public var limit = 150 * Span.second
    /// The transcript in the file.
    public internal(set) var expected: [String] = []
    /// Where an agent or a member dies besides.
    public var crash: CrashPoint?
    var steps: [ScenarioStep] = []

    /// The longest transcript that somebody will still read.
    public static let longestTranscript = 80

    /// Reads a scenario.
    /// - Throws: ``ScenarioError`` with the number of the line that could not be understood.
    public init(_ text: String) throws {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)[...]
        if lines.last == "" { lines.removeLast() }
        if let separator = lines.firstIndex(of: "---") {
            expected = Array(lines[(separator + 1)...])
            lines = lines[..<separator]
        }
        var titles: [String] = []
        for (index, line) in zip(1..., lines) {
            if line.hasPrefix("#") {
                if steps.isEmpty { titles.append(String(line.dropFirst().drop { $0 == " " })) }
                continue
            }
            var words = Words(line, at: index)
            guard !words.isEmpty else { continue }
            if steps.isEmpty, try readHead(&words) { continue }
            steps.append(try ScenarioStep(&words))
        }
        title = titles.joined(separator: " ")
    }

    /// A file's text with another transcript.
    public static func rewrite(_ text: String, transcript: [String]) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .map(String.init)
        if let separator = lines.firstIndex(of: "---") { lines = Array(lines[..<separator]) }
        while lines.last == "" { lines.removeLast() }
        return (lines + ["---"] + transcript).joined(separator: "\n") + "\n"
    }

    private mutating func readHead(_ words: inout Words) throws -> Bool {
        switch words.first {
        case "members": members = try words.afterFirst { Int($0) }
        case "mode": mode = try words.afterFirst { Mode(rawValue: $0) }
        case "profile": profile = try words.afterFirst { Profile(rawValue: $0) }
        case "seed": seed = try words.afterFirst { UInt64($0) }
        case "sabotage": sabotage = try words.afterFirst { Sabotage($0) }
        case "clients": clients = try words.afterFirst { Int($0) }
        case "lag": maximumLag = try words.afterFirst { UInt64($0) }
        case "early": takesOverEarly = try words.afterFirst { $0 == "yes" }
        case "limit": limit = try words.afterFirst { Words.duration($0) }
        default: return false
        }
        return true
    }
}

/// A line of a scenario that could not be understood.
public struct ScenarioError: Error, CustomStringConvertible {
    /// The line's number, from 1.
    public var line: Int
    /// What is wrong with it.
    public var problem: String

    /// The line and what is wrong with it.
    public var description: String { "line \(line): \(problem)" }
}
