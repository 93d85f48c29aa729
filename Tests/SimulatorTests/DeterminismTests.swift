import Simulator
import Testing

@Suite struct DeterminismTests {
    @Test("the same seed gives the same run")
    func isDeterministic() {
        let one = World.run(seed: 7)
        let other = World.run(seed: 7)
        #expect(one.fingerprint == other.fingerprint)
        #expect(one.statistics == other.statistics)
    }
}
