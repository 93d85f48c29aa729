import Simulator

/// Runs a range of seeds on several threads; worlds share nothing.
struct SeedRun {
    let options: SimulationOptions
    let stopsAtFirst: Bool

    /// What came of them.
    struct Sum {
        var count = 0
        var statistics = Statistics()
        var failures: [Outcome] = []
    }

    func run(_ range: ClosedRange<UInt64>, jobs: Int) async -> Sum {
        var sum = Sum()
        await withTaskGroup(of: Outcome.self) { group in
            var next = range.lowerBound
            var isOver = false
            func begin(_ group: inout TaskGroup<Outcome>) {
                guard !isOver else { return }
                let seed = next
                isOver = seed == range.upperBound
                if !isOver { next += 1 }
                group.addTask { [options] in World.run(seed: seed, options: options) }
            }
            for _ in 0..<jobs { begin(&group) }
            for await outcome in group {
                sum.count += 1
                sum.statistics.add(outcome.statistics)
                if outcome.violation != nil || options.isTracing { sum.failures.append(outcome) }
                if outcome.violation != nil, stopsAtFirst { isOver = true }
                begin(&group)
            }
        }
        sum.failures.sort { $0.seed < $1.seed }
        return sum
    }
}
