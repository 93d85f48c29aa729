import Simulator
import Testing

/// An agent, or its whole member, dies before, midway and after each of its effects and Lease
/// writes, one run for each; every time the cluster must be whole again, with nothing broken.
@Suite struct CrashSweepTests {
    /// What goes on while somebody dies. The scripts expect nothing in between, since a death may
    /// change who does what.
    enum Change: String, CaseIterable, CustomTestStringConvertible {
        case failover, leaving, alone, ending, joining, cloning, required, firstStart, switchover

        var testDescription: String { rawValue }

        var script: String {
            switch self {
            case .failover: "members 3\nwhen healthy\ndo arm\ndo kill member pg-0 for 5s"
            case .leaving: "members 3\nwhen healthy\ndo arm\ndo kill member pg-2 for 6s"
            case .alone: "members 2\nwhen healthy\ndo arm\ndo kill member pg-1 for 6s"
            case .ending: "members 3\nwhen healthy\ndo arm\ndo delete Pod pg-2\nafter 3s"
            case .joining:
                """
                members 3
                when healthy
                do kill member pg-2
                when the Lease says 1 of pg-1
                after 4s do arm
                do start member pg-2
                """
            case .cloning: "members 3\nwhen healthy\ndo arm\ndo lose volume pg-2 for 1s"
            case .required: "members 4\nwhen healthy\ndo arm\ndo kill member pg-3 for 5s"
            case .firstStart: "members 3\ndo arm"
            case .switchover:
                "members 3\nwhen healthy\ndo arm\ndo switchover to pg-1\nafter 3s"
            }
        }

        var ending: String { "\nwhen healthy within 90s\nexpect nothing lost\n" }
    }

    /// One place of death, counted on through all effects.
    struct Sweep: Sendable {
        var member: Int
        var phase: Fault.EffectPhase
        var isForMember: Bool

        /// Runs with a death at the first effect, the second, and so on, until there are no more.
        func run(_ scenario: Scenario) -> (runs: Int, failures: [String]) {
            var failures: [String] = []
            for count in 1... {
                var doomed = scenario
                doomed.crash = CrashPoint(
                    member: member, count: count, phase: phase, isForMember: isForMember)
                let outcome = World.run(doomed)
                if !outcome.isGood {
                    let text = outcome.violation.map { "\($0)" } ?? outcome.failure ?? ""
                    failures.append("\(self), effect \(count): \(text)")
                }
                // The last run is the one in which nobody dies any more.
                guard outcome.hasCrashed else { return (count - 1, failures) }
            }
            return (0, failures)
        }
    }

    @Test("a death at any effect breaks nothing and is recovered from", arguments: Change.allCases)
    func recovers(_ change: Change) async throws {
        let scenario = try Scenario(change.script + change.ending)
        var sweeps: [Sweep] = []
        for member in 0..<scenario.members {
            for phase in Fault.EffectPhase.allCases {
                sweeps.append(Sweep(member: member, phase: phase, isForMember: false))
                sweeps.append(Sweep(member: member, phase: phase, isForMember: true))
            }
        }
        let (runs, failures) = await withTaskGroup(of: (runs: Int, failures: [String]).self) {
            group in
            for sweep in sweeps { group.addTask { sweep.run(scenario) } }
            return await group.reduce(into: (0, [String]())) { sum, part in
                sum.0 += part.runs
                sum.1 += part.failures
            }
        }
        // Fewer would mean that the deaths did not reach what is done.
        #expect(runs > sweeps.count)
        #expect(failures.isEmpty, "\(failures.count) of \(runs): \(failures.prefix(5))")
    }

    @Test("the sweep notices a database that starts writable")
    func notices() throws {
        let change = Change.joining
        var scenario = try Scenario(change.script + change.ending)
        let sweep = Sweep(member: 0, phase: .before, isForMember: true)
        #expect(sweep.run(scenario).failures.isEmpty)
        scenario.sabotage = Sabotage("startWritable")
        #expect(sweep.run(scenario).failures.contains { $0.contains("I11") })
    }
}
