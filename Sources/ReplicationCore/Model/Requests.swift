/// What people ask of a cluster, each by an annotation on the Lease (design §5).
public struct Requests: Hashable, Sendable {
    /// `understudy.dev/paused`: no elections, no handover, no rejoin (rule S18).
    public var isPaused: Bool
    /// `understudy.dev/switchover`: who shall be master.
    public var switchover: SwitchoverTarget?
    /// `understudy.dev/force-promote`: who shall be master although nothing proves that it lacks
    /// nothing.
    public var forcedPromotion: ForcedPromotion?

    /// Requests from their parts; none by default.
    public init(
        isPaused: Bool = false, switchover: SwitchoverTarget? = nil,
        forcedPromotion: ForcedPromotion? = nil
    ) {
        self.isPaused = isPaused
        self.switchover = switchover
        self.forcedPromotion = forcedPromotion
    }
}

/// Whom a switchover shall make master.
public enum SwitchoverTarget: Hashable, Sendable {
    /// Whichever replica is best placed.
    case any
    /// That member.
    case member(String)
}

/// A promotion that a person takes the responsibility for (rule S16).
public struct ForcedPromotion: Hashable, Sendable {
    /// Who shall be promoted.
    public var member: String
    /// The term that the person saw: a request for an older mastership than the last is void.
    public var term: Term

    /// A promotion from its parts.
    public init(member: String, term: Term) {
        self.member = member
        self.term = term
    }
}

/// The requests that a Lease write answers, so that their annotations go with it.
public enum AnsweredRequest: Hashable, Sendable, CaseIterable {
    /// The switchover was carried out or refused.
    case switchover
    /// The forced promotion was carried out.
    case forcedPromotion
}
