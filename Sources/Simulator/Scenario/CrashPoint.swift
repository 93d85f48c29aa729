/// Where an agent or its whole member dies, counted from the script's `arm`: for a sweep over every
/// place where it could.
public struct CrashPoint: Sendable, Hashable {
    /// Whose.
    public var member: Int
    /// At which of its effects and Lease writes, from 1.
    public var count: Int
    /// When with respect to it.
    public var phase: Fault.EffectPhase
    /// Whether the whole member dies, and not the agent alone.
    public var isForMember: Bool

    /// A crash point from its parts.
    public init(member: Int, count: Int, phase: Fault.EffectPhase, isForMember: Bool) {
        self.member = member
        self.count = count
        self.phase = phase
        self.isForMember = isForMember
    }
}
