import Simulator
import Testing

@Suite struct RandomSeedsTests {
    /// So many as take a minute and a half on two cores in a debug build.
    private static let seeds = 1...2_000 as ClosedRange<UInt64>

    @Test("2,000 clusters with their faults break nothing, and serve again once the faults end")
    func isUnbroken() async {
        var sum = Statistics()
        var failures: [Outcome] = []
        await withTaskGroup(of: Outcome.self) { group in
            var next = RandomSeedsTests.seeds.makeIterator()
            for _ in 0..<8 {
                if let seed = next.next() { group.addTask { World.run(seed: seed) } }
            }
            for await outcome in group {
                sum.add(outcome.statistics)
                if outcome.violation != nil { failures.append(outcome) }
                if let seed = next.next() { group.addTask { World.run(seed: seed) } }
            }
        }
        let texts = failures.map { "seed \($0.seed): \($0.violation.map { "\($0)" } ?? "")" }
        #expect(failures.isEmpty, "understudy-simulate shows: \(texts)")
        // Faults that strike nothing, or clients that never get through, would find nothing either.
        #expect(sum.faults > 10_000 && sum.promotions > 3_000 && sum.acknowledged > 500_000)
    }
}
