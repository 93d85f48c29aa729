import EngineKit
import Glibc
import Testing

@Suite struct ProgramRunnerTests {
    let runner = ProgramRunner(directory: nil)

    @Test("arguments reach a program as they are, without a shell")
    func arguments() async throws {
        let output = try await runner.run(
            "printf", ["%s|", "a b", "$(id)", "'\"", "*"], timeout: .seconds(10))
        #expect(output == "a b|$(id)|'\"|*|")
    }

    @Test("a program finds nothing in its environment but what it is given")
    func environment() async throws {
        let output = try await runner.run(
            "env", [], environment: ["GIVEN": "1"], timeout: .seconds(10))
        let names = output.split(separator: "\n").compactMap { $0.split(separator: "=").first }
        #expect(Set(names) == ["PATH", "LC_ALL", "GIVEN"])
    }

    @Test("a failed program is an error with its last lines")
    func failure() async {
        await #expect {
            try await runner.run("ls", ["/nonexistent-folder"], timeout: .seconds(10))
        } throws: { error in
            guard let error = error as? EngineError else { return false }
            return error.code == .programFailed && error.message.contains("nonexistent-folder")
        }
    }

    @Test("a missing program is told apart")
    func missing() async {
        await #expect {
            try await runner.run("no-such-program-here", [], timeout: .seconds(10))
        } throws: { ($0 as? EngineError)?.code == .programMissing }
    }

    @Test("a deadline and a silence end the program and its children")
    func limits() async {
        let start = ContinuousClock.now
        await #expect {
            try await runner.run("sleep", ["60"], timeout: .milliseconds(200))
        } throws: { ($0 as? EngineError)?.code == .timeout }
        await #expect {
            try await runner.run(
                "sh", ["-c", "echo once; sleep 60 & wait"], timeout: .seconds(30),
                silence: .milliseconds(200))
        } throws: { error in
            guard let error = error as? EngineError else { return false }
            return error.code == .timeout && error.message.contains("once")
        }
        #expect(ContinuousClock.now - start < .seconds(20))
    }

    @Test("a cancelled task ends the program")
    func cancellation() async {
        let runner = runner
        let start = ContinuousClock.now
        let task = Task { try await runner.run("sleep", ["60"], timeout: .seconds(60)) }
        task.cancel()
        await #expect(throws: EngineError.self) { try await task.value }
        #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test("only the end of a long output is kept")
    func longOutput() async throws {
        let output = try await runner.run("seq", ["1", "200000"], timeout: .seconds(60))
        #expect(output.utf8.count < 300_000 && output.hasSuffix("200000\n"))
    }

    @Test("a server runs while the body does, and is ended by its signal")
    func serve() async throws {
        let value = try await runner.serve(
            "sh", ["-c", "trap 'exit 0' INT; while :; do sleep 0.05; done"], endedBy: SIGINT,
            timeout: .seconds(30)
        ) { () throws(EngineError) in
            // Its shell must have set the trap before it gets the signal.
            _ = try await ProgramRunner(directory: nil).run(
                "sleep", ["0.5"], timeout: .seconds(10))
            return 7
        }
        #expect(value == 7)
    }

    @Test("a server that ends by itself is an error, whatever the body says")
    func serverDies() async {
        await #expect {
            try await runner.serve(
                "sh", ["-c", "echo gone; exit 3"], endedBy: SIGINT, timeout: .seconds(30)
            ) { () throws(EngineError) in
                // It must have ended by itself before the body's error would end it.
                _ = try await ProgramRunner(directory: nil).run(
                    "sleep", ["0.5"], timeout: .seconds(10))
                throw EngineError(.unreachable, "no answer")
            }
        } throws: { error in
            guard let error = error as? EngineError else { return false }
            return error.code == .programFailed && error.message.contains("gone")
        }
    }
}
