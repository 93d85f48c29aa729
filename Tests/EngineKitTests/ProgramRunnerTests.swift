import EngineKit
import Glibc
import Testing

@Suite(.timeLimit(.minutes(2))) struct ProgramRunnerTests {
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

    // Time itself is what is tested: the programs would sleep for long.
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
    func cancellation() async throws {
        let (runner, note) = (runner, try Note())
        let task = Task {
            try await runner.run(
                "sh", ["-c", "echo $$ > \(note.path); exec sleep 60"], timeout: .seconds(60))
        }
        let process = try #require(Int32(try await note.text()))
        task.cancel()
        await #expect(throws: EngineError.self) { try await task.value }
        #expect(Note.hasEnded(process))
    }

    @Test("only the end of a long output is kept")
    func longOutput() async throws {
        let output = try await runner.run("seq", ["1", "200000"], timeout: .seconds(60))
        #expect(output.utf8.count < 300_000 && output.hasSuffix("200000\n"))
    }

    @Test("a server runs while the body does, and is ended by its signal")
    func serve() async throws {
        let note = try Note()
        let value = try await runner.serve(
            "sh",
            [
                "-c",
                "trap 'exit 0' INT; echo ready > \(note.path); while :; do sleep 0.05; done",
            ], endedBy: SIGINT, timeout: .seconds(30)
        ) { () throws(EngineError) in
            // Its shell must have set the trap before it gets the signal.
            #expect(try await note.text() == "ready")
            return 7
        }
        #expect(value == 7)
    }

    @Test("a server that ends by itself is an error, whatever the body says")
    func serverDies() async throws {
        let (runner, note) = (runner, try Note())
        await #expect {
            try await runner.serve(
                "sh", ["-c", "echo gone; echo $$ > \(note.path); exit 3"], endedBy: SIGINT,
                timeout: .seconds(30)
            ) { () throws(EngineError) in
                // It must have ended by itself before the body's error would end it.
                let process = Int32(try await note.text()) ?? 0
                while !Note.hasEnded(process) { try await Note.pause() }
                throw EngineError(.unreachable, "no answer")
            }
        } throws: { error in
            guard let error = error as? EngineError else { return false }
            return error.code == .programFailed && error.message.contains("gone")
        }
    }
}

extension ProgramRunnerTests {
    @Test("a server that ends by itself ends what waits for it")
    func serverDiesEarly() async {
        let runner = runner
        await #expect {
            try await runner.serve(
                "sh", ["-c", "echo gone; exit 3"], endedBy: SIGINT, timeout: .seconds(60)
            ) { () throws(EngineError) in
                // Ends only when it is cancelled; a deadline would be another error.
                while true { try await Note.pause() }
            }
        } throws: { error in
            guard let error = error as? EngineError else { return false }
            return error.code == .programFailed && error.message.contains("gone")
        }
    }
}

/// A file in which a program notes how far it has come.
private final class Note: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/ustest-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        try #require(file >= 0)
        close(file)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { unlink(path) }

    /// What it says, once it says anything.
    func text() async throws(EngineError) -> String {
        while true {
            if let text = try DurableFile.readText(path), text.hasSuffix("\n") {
                return String(text.dropLast())
            }
            try await Note.pause()
        }
    }

    /// Whether that process runs no more; nobody may have asked yet how it ended.
    static func hasEnded(_ process: Int32) -> Bool {
        guard let status = try? DurableFile.readText("/proc/\(process)/status") else { return true }
        return status.contains("State:\tZ")
    }

    static func pause() async throws(EngineError) {
        do {
            try await Task.sleep(for: .milliseconds(5))
        } catch {
            throw EngineError(.timeout, "the test was ended")
        }
    }
}
