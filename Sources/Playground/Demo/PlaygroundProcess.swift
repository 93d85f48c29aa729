import Glibc
import ReplicationCore

/// A playground of one's own: in another process, which ends with this one however that ends.
struct PlaygroundProcess: Sendable {
    let directory: PlaygroundDirectory
    let client: ControlClient
    private let pid: pid_t
    /// The playground ends when this descriptor is closed.
    private let lifeline: Int32

    /// A new folder below the system's folder for such things. Throws ``PlaygroundError``.
    static func newDirectory() throws(PlaygroundError) -> PlaygroundDirectory {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(parent)/understudy-XXXXXX".utf8CString)
        guard let made = mkdtemp(&template) else {
            throw PlaygroundError(
                .unavailable,
                "No folder can be made in \(parent): \(String(cString: strerror(errno))).")
        }
        return PlaygroundDirectory(path: PlaygroundDirectory.absolute(String(cString: made)))
    }

    /// Starts one in that folder, and returns at once. Throws ``PlaygroundError``.
    static func start(
        in directory: PlaygroundDirectory, profile: Profile = .default, mode: Mode = .quorum,
        agentProgram: String? = nil, program: String? = nil
    ) throws(PlaygroundError) -> PlaygroundProcess {
        // Beside the folder, which belongs to the user that the playground runs as.
        let log = try FileContents.openLog(directory.path + ".log")
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PlaygroundError(.unexpected, "No pipe can be made.")
        }
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        defer { [log, ends[0]].forEach { _ = close($0) } }
        var arguments = [
            "up", "--engine", "postgresql", "--profile", profile.rawValue,
            "--mode", mode.rawValue, "--directory",
            directory.path, "--lifeline",
        ]
        if let agentProgram { arguments += ["--agent-program", agentProgram] }
        let own: String
        if let program {
            own = program
        } else {
            own = try Programs.find(agent: agentProgram).playground
        }
        let pid = try Spawn(
            program: own, arguments: arguments,
            environment: ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": directory.path],
            standardInput: ends[0], standardOutput: log, standardError: log
        ).start()
        return PlaygroundProcess(
            directory: directory, client: ControlClient(directory), pid: pid, lifeline: ends[1])
    }

    /// The file with what the playground says.
    var logFile: String { directory.path + ".log" }

    /// Returns once all members are up. Throws ``PlaygroundError`` with the reason otherwise.
    func waitUntilUp() async throws(PlaygroundError) {
        let deadline = ContinuousClock.now + Limits.up
        while await !client.isAnswered() {
            var status: Int32 = 0
            guard waitpid(pid, &status, WNOHANG) == 0, ContinuousClock.now < deadline else {
                let said = FileContents.text(logFile)?.split(separator: "\n").last ?? ""
                throw PlaygroundError(.unavailable, "The playground does not start: \(said)")
            }
            try await Waiting.pause()
        }
        _ = try await client.send(.waitUntilUp, timeout: deadline - .now)
    }

    /// Ends it and returns when nothing runs any more, also when the task is cancelled. Throws
    /// ``PlaygroundError``.
    func stop() async throws(PlaygroundError) {
        let ending = Task { try await self.end() }
        do {
            try await ending.value
        } catch let error as PlaygroundError {
            throw error
        } catch {
            throw PlaygroundError(.unexpected, "\(error)")
        }
    }

    private func end() async throws(PlaygroundError) {
        defer { close(lifeline) }
        _ = try await PlaygroundEnd.down(directory)
        let deadline = ContinuousClock.now + Limits.processEnd
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            guard ContinuousClock.now < deadline else {
                throw PlaygroundError(.unexpected, "The playground's process does not end.")
            }
            try await Waiting.pause()
        }
    }

    /// Removes everything that it wrote.
    func remove() throws(PlaygroundError) {
        try FileTree.remove(directory.path)
        unlink(logFile)
    }
}
