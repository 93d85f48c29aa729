import Simulator

/// Takes each rule out in turn, and runs seeds from the first until one shows that it is missing.
struct SabotageTable {
    let jobs: Int
    private static let seeds = 1...2000 as ClosedRange<UInt64>

    /// Prints a line for each, and says whether all were noticed.
    func run() async -> Bool {
        var isComplete = true
        for sabotage in Sabotage.all {
            let name = sabotage.description
            let room = String(repeating: " ", count: max(1, 28 - name.count))
            if let found = await search(sabotage), let violation = found.violation {
                print("\(name)\(room)\(violation.invariant)  seed \(found.seed)")
            } else {
                isComplete = false
                print("\(name)\(room)not noticed")
            }
        }
        return isComplete
    }

    /// The first seed that breaks an invariant of safety. That a cluster comes to rest no more
    /// (I16) shows that something is wrong, not what the rule is for.
    private func search(_ sabotage: Sabotage) async -> Outcome? {
        await withTaskGroup(of: Outcome.self) { group in
            var next = SabotageTable.seeds.lowerBound
            var first: Outcome?
            func begin(_ group: inout TaskGroup<Outcome>) {
                guard first == nil, next <= SabotageTable.seeds.upperBound else { return }
                let seed = next
                next += 1
                group.addTask {
                    World.run(seed: seed, options: SimulationOptions(sabotage: sabotage))
                }
            }
            for _ in 0..<jobs { begin(&group) }
            for await outcome in group {
                let isSafety = outcome.violation.map { $0.invariant != "I16" } ?? false
                if isSafety, outcome.seed < first?.seed ?? UInt64.max { first = outcome }
                begin(&group)
            }
            return first
        }
    }
}
