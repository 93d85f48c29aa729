/// What follows from an observation.
public struct Decision: Hashable, Sendable {
    /// What the member is.
    public var status: MemberStatus
    /// The role its labels shall give it.
    public var role: Role?
    /// Why it does not do what one might expect of it.
    public var reasons: [Reason]
    /// Whether it could be promoted.
    public var candidacy: Candidacy
    /// What to do, in this order where a resource has several.
    public var effects: [Effect]
    /// How closely to watch.
    public var pace: Pace

    /// A decision from its parts.
    public init(
        status: MemberStatus, role: Role? = nil, reasons: [Reason] = [],
        candidacy: Candidacy = .eligible, effects: [Effect] = [], pace: Pace = .steady
    ) {
        self.status = status
        self.role = role
        self.reasons = reasons
        self.candidacy = candidacy
        self.effects = effects
        self.pace = pace
    }

    /// How closely database and peers are watched.
    public enum Pace: Hashable, Sendable, CaseIterable {
        /// Nothing is under way.
        case steady
        /// Something is: ask again at once.
        case urgent
    }

    mutating func add(_ reason: Reason) {
        if !reasons.contains(reason) { reasons.append(reason) }
    }

    mutating func perform(_ effect: Effect) {
        effects.append(effect)
    }
}
