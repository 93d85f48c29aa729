import ArgumentParser
import Glibc
import Simulator

/// Runs the virtual world over the rules, seed by seed.
@main
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "understudy-simulate",
        abstract: "Runs Understudy's rules in a virtual world and checks what must always hold.",
        discussion: """
            Each seed makes a cluster, its clients and its faults; the same seed gives the same \
            run everywhere. Ends at the first broken invariant with status 1.

            A scenario is a file that says what goes wrong and what must come of it, with the \
            transcript of what did. Where the environment has UNDERSTUDY_UPDATE_SCENARIOS, the \
            transcript is written anew.
            """)

    @Option(help: "The first seed and the last, as A..B; or one seed.")
    var seeds = "1..1000"

    @Option(help: "How many seeds run at once.")
    var jobs = 2

    @Flag(help: "Print what happens, line by line.")
    var trace = false

    @Flag(help: "Let no fault happen, and check that nothing is done at rest.")
    var quiet = false

    @Flag(help: "Go on after a broken invariant.")
    var keepGoing = false

    @Option(
        name: .customLong("sabotage"),
        help: "Take one rule out; 'all' takes out each in turn, and shows what noticed it.")
    var sabotage: SabotageChoice?

    private var rule: Sabotage? {
        switch sabotage {
        case .one(let sabotage): sabotage
        case .all, nil: nil
        }
    }

    @Option(
        name: .customLong("scenario"), parsing: .upToNextOption,
        help: "Play these files instead of seeds.")
    var scenarios: [String] = []

    func run() async throws {
        if !scenarios.isEmpty { return try playScenarios() }
        if sabotage == .all {
            guard await SabotageTable(jobs: max(1, jobs)).run() else { throw ExitCode(1) }
            return
        }
        let range = try parseSeeds()
        let options = SimulationOptions(isTracing: trace, isQuiet: quiet, sabotage: rule)
        let began = ContinuousClock.now
        let sum = await SeedRun(options: options, stopsAtFirst: !keepGoing)
            .run(range, jobs: max(1, jobs))
        for outcome in sum.failures { report(outcome) }
        report(sum, after: ContinuousClock.now - began)
        if sum.failures.contains(where: { $0.violation != nil }) { throw ExitCode(1) }
    }

    private func playScenarios() throws {
        let isUpdating = getenv("UNDERSTUDY_UPDATE_SCENARIOS") != nil
        var isGood = true
        for path in scenarios {
            let isAsExpected = try ScenarioFile(path).check(
                sabotage: rule, isTracing: trace, isUpdating: isUpdating && rule == nil)
            isGood = isAsExpected && isGood
        }
        if !isGood { throw ExitCode(1) }
    }

    private func report(_ sum: SeedRun.Sum, after duration: Duration) {
        let milliseconds = max(1, duration / .milliseconds(1))
        let rate = Int(Double(sum.count) * 1000 / milliseconds)
        let counts = sum.statistics
        print("\(sum.count) seeds, \(counts.events) events, \(counts.handled) decisions,")
        print("\(counts.acknowledged) of \(counts.writes) writes acknowledged,")
        print("\(counts.promotions) promotions, \(counts.faults) faults,")
        let failed = sum.failures.count { $0.violation != nil }
        print("fingerprint \(String(sum.fingerprint, radix: 16))")
        print("\(failed) violations in \(milliseconds / 1000) s: \(rate) seeds/s")
    }

    private func report(_ outcome: Outcome) {
        for line in outcome.trace { print(line) }
        guard let violation = outcome.violation else { return }
        print("seed \(outcome.seed): \(violation.invariant) at \(violation.time / 1000) ms:")
        print("  \(violation.text)")
        let faults =
            keepGoing
            ? outcome.faults
            : Shrinker().shrink(
                outcome, options: SimulationOptions(isQuiet: quiet, sabotage: rule))
        for fault in faults {
            print("  \(fault.time / 1000) ms \(fault.kind)")
        }
    }

    private func parseSeeds() throws -> ClosedRange<UInt64> {
        let numbers = seeds.split(separator: ".", omittingEmptySubsequences: true)
            .compactMap { UInt64($0) }
        guard let first = numbers.first, let last = numbers.last, first <= last,
            numbers.count <= 2
        else { throw ValidationError("\(seeds) is no range of seeds.") }
        return first...last
    }
}

/// One rule, or each in turn.
enum SabotageChoice: ExpressibleByArgument, Hashable {
    case one(Sabotage)
    case all

    init?(argument: String) {
        if argument == "all" {
            self = .all
        } else {
            guard let sabotage = Sabotage(argument) else { return nil }
            self = .one(sabotage)
        }
    }

    static var allValueStrings: [String] { Sabotage.all.map(\.description) + ["all"] }
}
