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
    var delays: [Int]
    var savedLease: LeaseValue?
    var replicas: Int
    var areClientsWriting = true

    // The crash point.
    var isArmed = false
    var counted = 0
    var hasCrashed = false
    /// The effect at which it comes.
    var doomed: Effect?
    var doomedRequest: LeaseRequest?

    init(_ scenario: Scenario) {
        self.scenario = scenario
        let members = scenario.members
        toldRoles = Array(repeating: nil, count: members)
        toldPromises = Array(repeating: 0, count: members)
        toldReasons = Array(repeating: [], count: members)
        incarnations = Array(repeating: [], count: members)
        delays = Array(repeating: 0, count: members)
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
        let parts = voter.split(separator: ".")
        guard parts.count == 2, parts[1].first == "i" else { return String(voter) }
        for known in incarnations {
            guard let place = known.firstIndex(of: String(parts[1])) else { continue }
            return place == 0 ? String(parts[0]) : "\(parts[0])#\(place + 1)"
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
