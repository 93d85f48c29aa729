import Glibc

/// A playground in the background.
public enum DetachedPlayground {
    /// Starts `program arguments` in a session of its own and returns once all members are up.
    /// Throws ``PlaygroundError`` with the reason when they do not come up; what runs then goes on,
    /// so that it can be looked at, unless the playground itself has ended.
    public static func start(
        in directory: PlaygroundDirectory, program: String, arguments: [String]
    ) async throws(PlaygroundError) -> PlaygroundStatus {
        try directory.prepare()
        if DirectoryLock.isHeld(directory) { throw DirectoryLock.heldError(directory) }
        unlink(directory.logFile)
        let log = try FileContents.openLog(directory.logFile)
        defer { close(log) }
        var environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"]
        environment["HOME"] = directory.path
        let pid = try Spawn(
            program: program, arguments: arguments, environment: environment,
            standardOutput: log, standardError: log
        ).start()
        let deadline = ContinuousClock.now + Limits.up
        while true {
            var status: Int32 = 0
            if waitpid(pid, &status, WNOHANG) == pid {
                throw PlaygroundError(
                    PlaygroundError.Code(rawValue: (status >> 8) & 0xff) ?? .unexpected,
                    lastLine(of: directory.logFile))
            }
            let client = ControlClient(directory)
            if await client.isAnswered() {
                _ = try await client.send(.waitUntilUp, timeout: deadline - .now)
                return try await client.status()
            }
            guard ContinuousClock.now < deadline else {
                throw PlaygroundError(
                    .unavailable,
                    "The playground does not start; see \(directory.logFile).")
            }
            do {
                try await Task.sleep(for: Limits.poll)
            } catch {
                throw PlaygroundError(.temporary, "Cancelled.")
            }
        }
    }

    private static func lastLine(of file: String) -> String {
        let text = FileContents.text(file) ?? ""
        let line = text.split(separator: "\n").last.map(String.init) ?? ""
        let prefix = "understudy playground: "
        return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : line
    }
}
