import Simulator
import Testing

@Suite struct FingerprintTests {
    /// Debug and release builds must come to the same number. It changes with every change of the
    /// rules or the simulated world: then what this test shows takes its place.
    @Test("the first seeds come to the same run in every build")
    func isTheSame() {
        // As `understudy-simulate --seeds 1..12` prints it.
        let sum = (1...12 as ClosedRange<UInt64>).reduce(0) { sum, seed in
            sum ^ World.run(seed: seed).fingerprint
        }
        #expect(String(sum, radix: 16) == "fd63c6b66377dd9f")
    }
}
