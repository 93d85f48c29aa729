/// What a run shall be like.
public struct SimulationOptions: Sendable {
    /// Whether lines of the trace are kept.
    public var isTracing: Bool
    /// The faults instead of those that the seed makes; for shrinking.
    public var faults: [Fault]?
    /// Whether no fault happens at all.
    public var isQuiet: Bool
    /// The rule that is taken out.
    public var sabotage: Sabotage?

    /// Options for a run; by default what the seed makes.
    public init(
        isTracing: Bool = false, faults: [Fault]? = nil, isQuiet: Bool = false,
        sabotage: Sabotage? = nil
    ) {
        self.isTracing = isTracing
        self.faults = faults
        self.isQuiet = isQuiet
        self.sabotage = sabotage
    }
}
