/// A member whose acknowledgement counts: a Pod's name with the incarnation of its data (rule S1).
/// A member that was cloned anew is another voter, whatever its name.
public struct Voter: Hashable, Sendable, Codable, Comparable {
    /// The member's name, which is its Pod's.
    public var member: String
    /// The random id of the data on the member's volume.
    public var incarnation: String

    /// A member with the incarnation of its data.
    public init(member: String, incarnation: String) {
        self.member = member
        self.incarnation = incarnation
    }

    /// Order by name, then incarnation.
    public static func < (left: Voter, right: Voter) -> Bool {
        (left.member, left.incarnation) < (right.member, right.incarnation)
    }
}

extension Voter: CustomStringConvertible {
    /// The name under which the member connects to its master: `<member>.<incarnation>`.
    public var description: String { "\(member).\(incarnation)" }
}

/// Who must acknowledge a commit: any W of the voters. Nobody when both are empty.
public struct SynchronousSet: Hashable, Sendable, Codable {
    /// The members that may acknowledge, sorted; the master is not among them.
    public var voters: [Voter]
    /// How many of them must (W).
    public var required: Int

    /// The set of those voters, of whom so many must acknowledge.
    public init(voters: [Voter], required: Int) {
        self.voters = voters.sorted()
        self.required = required
    }

    /// Nobody acknowledges but the master itself.
    public static let empty = SynchronousSet(voters: [], required: 0)

    /// R: how many voters must promise before one of them is promoted, itself included.
    public var promisesRequired: Int {
        voters.isEmpty ? 0 : voters.count - required + 1
    }

    /// The wanted W for so many voters: half of them, rounded up.
    public static func wantedRequired(voters count: Int) -> Int {
        (count + 1) / 2
    }
}
