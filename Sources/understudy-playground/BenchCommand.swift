import ArgumentParser
import Playground

/// `bench`
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measures on three real members how long each kind of loss takes.",
        discussion: "Medians of five rounds; takes about ten minutes. Use a release build.")

    @Option(help: "How many rounds.") var rounds = Benchmark.rounds
    @Option(help: "The program `understudy`. (default: the one beside this program)")
    var agentProgram: String?

    func validate() throws {
        if rounds < 1 { throw ValidationError("--rounds must be at least 1.") }
    }

    func run() async throws {
        let benchmark = Benchmark(agentProgram: agentProgram, rounds: rounds)
        let holds = try await failing { try await endingOnSignals { try await benchmark.run() } }
        if !holds { throw ExitCode.failure }
    }
}
