import ArgumentParser
import Playground
import UnixSignals

/// `demo`
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Shows on three real members what happens when a master is lost.",
        discussion: """
            Takes less than three minutes and asks nothing. Exits with 0 only if every \
            acknowledged row was there at the end and no two members were ever writable at once.
            """)

    @Option(help: "The program `understudy`. (default: the one beside this program)")
    var agentProgram: String?

    func run() async throws {
        let demo = Demo(agentProgram: agentProgram)
        let holds = try await failing { try await endingOnSignals { try await demo.run() } }
        if !holds { throw ExitCode.failure }
    }
}

/// Runs the body, and cancels it when the program is asked to end, so that it can clean up.
func endingOnSignals<Result: Sendable>(
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
    let work = Task { try await body() }
    let watcher = Task {
        for await _ in signals { work.cancel() }
    }
    defer { watcher.cancel() }
    return try await work.value
}
