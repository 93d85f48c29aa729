import Glibc
import NIOPosix
import Testing

@testable import Playground

@Suite("a container", .serialized)
struct ContainerRuntimeTests {
    let folder: TestFolder
    let runtime: ContainerRuntime

    init() throws {
        folder = try TestFolder()
        runtime = try .testing()
    }

    private func start(_ program: String, _ arguments: [String] = []) async throws
        -> ContainerProcess
    {
        let container = ContainerSpecification(
            name: "database", program: program, arguments: arguments,
            environment: ["PATH": "/usr/bin:/bin"], logFile: "\(folder.path)/database.log")
        return try await runtime.start(container, of: "db-0")
    }

    @Test("reports the exit code of its main process")
    func exitCode() async throws {
        let process = try await start("/bin/false")
        #expect(await process.waitForExit() == .exited(1))
    }

    @Test("reports the signal that ended its main process")
    func signal() async throws {
        let process = try await start("/bin/sleep", ["1000"])
        #expect(ProcessTable.entry(of: process.pid)?.name == "sleep")
        process.send(signal: SIGINT)
        #expect(await process.waitForExit() == .signalled(SIGINT))
        #expect(ProcessTable.entry(of: process.pid) == nil)
    }

    @Test("ends with SIGKILL when the signal does not help within the grace")
    func grace() async throws {
        let process = try await start("/bin/sleep", ["1000"])
        kill(process.pid, SIGSTOP)
        let exit = await process.end(signal: SIGTERM, grace: .milliseconds(100))
        #expect(exit == .signalled(SIGKILL))
    }

    @Test("says why a program cannot be started")
    func missing() async throws {
        await #expect(throws: PlaygroundError.self) {
            _ = try await start("/no/such/program")
        }
    }

    @Test("writes its output to its log, and hides the playground's environment")
    func output() async throws {
        let process = try await start("/usr/bin/env")
        #expect(await process.waitForExit() == .exited(0))
        #expect(FileContents.text("\(folder.path)/database.log") == "PATH=/usr/bin:/bin")
    }

    @Test("takes everything with it that its main process left behind, in other sessions too")
    func orphans() async throws {
        let seconds = "\(100_000 + Int(getpid()))"
        let process = try await start("/usr/bin/setsid", ["--fork", "sleep", seconds])
        #expect(await process.waitForExit() == .exited(0))
        #expect(running("sleep", seconds).isEmpty)
    }

    @Test("is gone with its process 1, even when that one is killed")
    func lostInit() async throws {
        let process = try await start("/bin/sleep", ["1000"])
        let parent = try #require(ProcessTable.entry(of: process.pid)?.parent)
        kill(parent, SIGKILL)
        #expect(await process.waitForExit() == .lost)
        // Without the playground's subreaper the orphan is process 1's; the playground's own test
        // covers the rest.
        kill(process.pid, SIGKILL)
    }

    private func running(_ program: String, _ argument: String) -> [pid_t] {
        ProcessTable.all().filter { entry in
            guard let line = FileContents.read("/proc/\(entry.pid)/cmdline") else { return false }
            let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            return words == [program, argument]
        }.map(\.pid)
    }
}
