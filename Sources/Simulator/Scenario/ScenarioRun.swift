import ReplicationCore

/// How far a script has come, and what its readers are told.
final class ScenarioRun {
    let scenario: Scenario
    var index = 0
    var stepBegan: Time = 0
    var acknowledgedBefore = 0
    /// What happened since the script was looked at last: the member and what.
    var moments: [(member: Int, text: String)] = []
    var transcript: [String] = []
    var failure: String?

    // What was told last, so that only changes are.
    var toldLeaseVersion = 0
    var toldPodsVersion = 0
    var toldLease = ""
    var toldRoles: [Role?]
    var toldPromises: [Term]
    var toldReasons: [[Reason]]
    /// The incarnations of each member's data in the order in which they came.
    var incarnations: [[String]]

    // What the script has changed in the world.
    var delays: [Delay] = []
    var savedVolume: Volume?
    var savedLease: LeaseValue?
    var replicas: Int
    var areClientsWriting = true

    // The crash point.
    var isArmed = false
    var counted = 0
    var hasCrashed = false
    var traps: [Trap] = []
    /// The effect at which it comes.
    var doomed: Effect?
    var doomedRequest: LeaseRequest?

    /// A write of the Lease that shall arrive late.
    struct Delay {
        var member: Int
        var pattern: Pattern
        var length: Int
    }

    /// How much later than others a write arrives.
    func delay(of write: LeaseWrite, by member: Int) -> Int {
        guard !delays.isEmpty else { return 0 }
        let plain = plain("writes Lease \(write.word)")
        guard
            let place = delays.firstIndex(where: {
                $0.member == member && $0.pattern.matches(plain)
            })
        else { return 0 }
        return delays.remove(at: place).length
    }

    /// A member whose agent dies, or who is lost whole, before something that its agent does.
    struct Trap {
        var member: Int
        var pattern: Pattern
        var isForMember: Bool
    }

    /// Nothing is told of how the cluster first came up, where the script waits for that.
    var isTelling: Bool {
        guard index == 0, let first = scenario.steps.first else { return true }
        switch first.kind {
        case .when(.healthy, nil, _): return false
        case .when, .at, .after, .expect: return true
        }
    }

    /// Adds a line to the transcript.
    func tell(_ line: String) {
        if isTelling { transcript.append(line) }
    }

    init(_ scenario: Scenario) {
        self.scenario = scenario
        let members = scenario.members
        toldRoles = Array(repeating: nil, count: members)
        toldPromises = Array(repeating: 0, count: members)
        toldReasons = Array(repeating: [], count: members)
        incarnations = Array(repeating: [], count: members)
        replicas = members
    }

    var isOver: Bool { failure != nil || index == scenario.steps.count }

    /// Counts an effect or Lease write of a member; says whether its agent dies at this one.
    func isDoomed(_ member: Int) -> Bool {
        guard isArmed, !hasCrashed, let crash = scenario.crash, crash.member == member else {
            return false
        }
        counted += 1
        return counted == crash.count
    }

    /// A text with the numbers of incarnations for their random names; none for the first.
    func plain(_ text: String) -> String {
        guard text.contains(".i") else { return text }
        var result: [String] = []
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            result.append(word.split(separator: "+").map(plainVoter).joined(separator: "+"))
        }
        return result.joined(separator: " ")
    }

    private func plainVoter(_ voter: Substring) -> String {
        let parts = voter.split(separator: ".", maxSplits: 1)
        guard parts.count == 2, parts[1].first == "i" else { return String(voter) }
        let incarnation = String(parts[1].prefix { $0.isLetter || $0.isNumber })
        let rest = parts[1].dropFirst(incarnation.count)
        for known in incarnations {
            guard let place = known.firstIndex(of: incarnation) else { continue }
            return "\(parts[0])\(place == 0 ? "" : "#\(place + 1)")\(rest)"
        }
        return String(voter)
    }
}

/// How a scenario ended.
public struct ScenarioOutcome: Sendable {
    /// The first broken invariant, if any.
    public var violation: Violation?
    /// The step that did not come, or the expectation that was not met.
    public var failure: String?
    /// What happened, in short.
    public var transcript: [String]
    /// All that happened, where it was asked for.
    public var trace: [String]
    /// Whether the crash point was reached.
    public var hasCrashed: Bool
    /// What was counted.
    public var statistics: Statistics

    /// Whether everything was as expected.
    public var isGood: Bool { violation == nil && failure == nil }
}
