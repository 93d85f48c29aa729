import Simulator
import Testing

@Suite struct SeedTests {
    @Test("without faults a cluster comes up, serves, and is quiet", arguments: 1...20)
    func isQuiet(_ seed: Int) {
        let outcome = World.run(
            seed: UInt64(seed), options: SimulationOptions(isQuiet: true))
        #expect(outcome.violation == nil)
        #expect(outcome.statistics.promotions == 1)
        #expect(outcome.statistics.acknowledged > 0)
    }

    @Test("a Lease written whatever its version is noticed, and needs few of the seed's faults")
    func bites() throws {
        let options = SimulationOptions(sabotage: Sabotage("writeWithoutVersion"))
        let outcome = try #require(
            (1...300 as ClosedRange<UInt64>).lazy
                .map { World.run(seed: $0, options: options) }
                .first { $0.violation != nil })
        let needed = Shrinker().shrink(outcome, options: options)
        #expect(!needed.isEmpty && needed.count <= outcome.faults.count)
        var again = options
        again.faults = needed
        let repeated = World.run(seed: outcome.seed, options: again)
        #expect(repeated.violation?.invariant == outcome.violation?.invariant)
    }
}
