/// How far a member's data has come: an offset on a branch of the cluster's history.
///
/// For PostgreSQL the branch is the timeline and the offset the LSN in bytes.
public struct Position: Hashable, Sendable, Codable {
    /// The branch of history that the offset lies on. A promotion begins a new one.
    public var branch: UInt32
    /// The offset of the first byte that is *not* held.
    public var offset: UInt64

    /// A position from its branch and offset.
    public init(branch: UInt32, offset: UInt64) {
        self.branch = branch
        self.offset = offset
    }
}

extension Position: CustomStringConvertible {
    /// The branch, a slash, and the offset in hexadecimal: `2/5000148`.
    public var description: String {
        "\(branch)/" + String(offset, radix: 16, uppercase: true)
    }
}

/// A position together with the last term whose master this member followed or was (rule S8).
/// Positions of two members compare first by term, since an offset says nothing across terms.
public struct TermPosition: Hashable, Comparable, Sendable, Codable {
    /// The last term followed: persisted only once that term's start position was held.
    public var followedTerm: Term
    /// How far the data has come.
    public var position: Position

    /// A position under the last term followed.
    public init(followedTerm: Term, position: Position) {
        self.followedTerm = followedTerm
        self.position = position
    }

    /// Whether the left one is less advanced. Equal terms on unequal branches are *not* ordered by
    /// this: see ``order(_:_:)``.
    public static func < (left: TermPosition, right: TermPosition) -> Bool {
        left.followedTerm != right.followedTerm
            ? left.followedTerm < right.followedTerm
            : left.position.offset < right.position.offset
    }

    /// How the left position stands to the right one.
    public static func order(_ left: TermPosition, _ right: TermPosition) -> PositionOrder {
        if left.followedTerm != right.followedTerm {
            return left.followedTerm < right.followedTerm ? .behind : .ahead
        }
        if left.position.offset == right.position.offset {
            return .equal
        }
        return left.position.offset < right.position.offset ? .behind : .ahead
    }
}

/// How one position stands to another.
public enum PositionOrder: Sendable, Hashable, CaseIterable {
    /// Both hold the same.
    case equal
    /// The first lacks what the second holds.
    case behind
    /// The first holds all of the second and more.
    case ahead
    /// Each holds something that the other lacks.
    case diverged
}

/// A finished stretch of a cluster's history: the branch and the offset at which it was left.
public struct FinishedBranch: Hashable, Sendable, Codable {
    /// The branch that ended.
    public var branch: UInt32
    /// The offset at which the next branch begins.
    public var end: UInt64

    /// A branch and the offset at which it was left.
    public init(branch: UInt32, end: UInt64) {
        self.branch = branch
        self.end = end
    }
}

/// The path by which a master's data came about: finished branches, oldest first, and its tip.
public struct Lineage: Hashable, Sendable, Codable {
    /// The finished branches, oldest first.
    public var finished: [FinishedBranch]
    /// The end of the data on the branch in use.
    public var tip: Position

    /// A lineage from its finished branches and its tip.
    public init(finished: [FinishedBranch], tip: Position) {
        self.finished = finished
        self.tip = tip
    }

    /// How data that ends at a position stands to this lineage: `behind` or `equal` when it is
    /// contained in it, `ahead` on the branch in use beyond the tip, otherwise `diverged`.
    public func order(of position: Position) -> PositionOrder {
        if position.branch == tip.branch {
            if position.offset == tip.offset { return .equal }
            return position.offset < tip.offset ? .behind : .ahead
        }
        guard let branch = finished.last(where: { $0.branch == position.branch }) else {
            return .diverged
        }
        return position.offset <= branch.end ? .behind : .diverged
    }
}
