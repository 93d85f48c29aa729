import Simulator
import Testing

@Suite struct DeterminismTests {
    @Test("the same seed gives the same run, whether it is traced or not")
    func isDeterministic() {
        for seed in 1...5 as ClosedRange<UInt64> {
            let one = World.run(seed: seed)
            let other = World.run(seed: seed, options: SimulationOptions(isTracing: true))
            #expect(one.fingerprint == other.fingerprint)
            #expect(one.statistics == other.statistics)
            #expect(one.trace.isEmpty && !other.trace.isEmpty)
        }
    }

    @Test("other seeds give other runs")
    func differs() {
        let prints = (1...20 as ClosedRange<UInt64>).map { World.run(seed: $0).fingerprint }
        #expect(Set(prints).count == prints.count)
    }
}
