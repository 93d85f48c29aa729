/// Makes a failing seed's list of faults shorter while the same invariant still breaks.
public struct Shrinker: Sendable {
    /// A shrinker.
    public init() {}

    /// The faults that are needed: first halves are left out, then smaller parts, then single ones.
    public func shrink(
        _ outcome: Outcome, options: SimulationOptions = .init()
    ) -> [Fault] {
        guard let violation = outcome.violation else { return outcome.faults }
        var needed = outcome.faults
        var size = max(1, needed.count / 2)
        while true {
            var start = 0
            while start < needed.count {
                var fewer = needed
                fewer.removeSubrange(start..<min(start + size, needed.count))
                var tried = options
                tried.faults = fewer
                let again = World.run(seed: outcome.seed, options: tried)
                if again.violation?.invariant == violation.invariant {
                    needed = fewer
                } else {
                    start += size
                }
            }
            if size == 1 { return needed }
            size = max(1, size / 2)
        }
    }
}
