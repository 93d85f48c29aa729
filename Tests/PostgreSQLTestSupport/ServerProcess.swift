import Glibc
import POSIX
import Synchronization

/// A server process, as a supervisor of containers would run it: in a group of its own, its output
/// in a file, everything killed with it.
public final class ServerProcess: Sendable {
    /// The id of its first process, which is that of its group.
    public let id: Int32
    private let ended = Mutex<Int32?>(nil)

    /// Why a process could not be started or waited for.
    public struct Failure: Error, CustomStringConvertible {
        /// What happened.
        public let description: String

        /// A failure with what happened.
        public init(description: String) { self.description = description }
    }

    /// Starts a program.
    public init(_ path: String, _ arguments: [String], log: String) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // No signal of the test's own process is blocked or ignored in the server.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        let argv = ([path] + arguments).map { strdup($0) } + [nil]
        let environment = [strdup("PATH=/usr/bin:/bin"), strdup("LC_ALL=C"), nil]
        defer { for text in argv + environment { free(text) } }
        var process = pid_t()
        let failure = posix_spawn(&process, path, &actions, &attributes, argv, environment)
        guard failure == 0 else { throw Failure(description: "\(path): errno \(failure)") }
        id = process
        OwnProcess.note(process)
    }

    /// Sends a signal to the first process alone.
    public func signal(_ number: Int32) {
        if ended.withLock({ $0 == nil }) { kill(id, number) }
    }

    /// Sends a signal to the first process and all its children, each of which is in a group of
    /// its own, as a container's runtime would.
    public func signalAll(_ number: Int32) {
        let children = ServerProcess.children(of: id)
        signal(number)
        for child in children { kill(child, number) }
    }

    /// Kills the first process and all its children, and waits until the last of them is gone: a
    /// server refuses to start while a child of the one before still holds its memory.
    public func crash() async throws {
        // Stopped, it starts no child that would be missed here.
        signal(SIGSTOP)
        let children = ServerProcess.children(of: id)
        signal(SIGKILL)
        for child in children { kill(child, SIGKILL) }
        try await waitForEnd()
        let deadline = ContinuousClock.now + .seconds(20)
        while children.contains(where: { ServerProcess.isAlive($0) }) {
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "a child of process \(id) survives it")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// The processes whose parent is that one.
    static func children(of parent: Int32) -> [Int32] {
        do throws(SystemFailure) {
            return try FileReading.names(in: "/proc").compactMap { Int32($0) }
                .filter { ServerProcess.parent(of: $0) == parent }
        } catch {
            return []
        }
    }

    private static func parent(of process: Int32) -> Int32? {
        fields(of: process).flatMap { $0.count > 1 ? Int32($0[1]) : nil }
    }

    /// Whether it runs; the dead that nobody has asked for hold nothing any more.
    private static func isAlive(_ process: Int32) -> Bool {
        fields(of: process).map { $0.first != "Z" } ?? false
    }

    /// The state, the parent's id and what follows; nil when there is no such process.
    private static func fields(of process: Int32) -> [Substring]? {
        let bytes: [UInt8]?
        do throws(SystemFailure) {
            bytes = try FileReading.bytes(of: "/proc/\(process)/stat", limit: 4096)
        } catch {
            return nil
        }
        guard let bytes else { return nil }
        // pid (name) state ppid …; the name may hold anything, also parentheses.
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.lastIndex(of: ")") else { return nil }
        return text[text.index(after: end)...].split(separator: " ")
    }

    /// Whether the first process still runs.
    public var isRunning: Bool { status() == nil }

    /// Waits for the end of the first process.
    @discardableResult
    public func waitForEnd(_ timeout: Duration = .seconds(60)) async throws -> Int32 {
        let deadline = ContinuousClock.now + timeout
        while true {
            if let status = status() {
                OwnProcess.forget(id)
                return status
            }
            guard ContinuousClock.now < deadline else {
                throw Failure(description: "process \(id) did not end within \(timeout)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func status() -> Int32? {
        ended.withLock { ended in
            if let ended { return ended }
            var status: Int32 = 0
            if waitpid(id, &status, WNOHANG) == id { ended = status }
            return ended
        }
    }
}
