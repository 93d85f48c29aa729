import CLinux
import Dispatch
import Glibc
import Synchronization

/// Process 1 of a container without a container: starts the main process, adopts whatever that one
/// leaves behind, and kills all of it when the main process ends. It also does so when its standard
/// input ends, which is how it learns that the playground died, however suddenly.
///
/// Standard input takes `signal NUMBER` lines for the main process; standard output carries
/// ``ContainerReport`` lines; standard error is the main process's standard output and error.
public final class ContainerInit: Sendable {
    /// The main process while it has not been reaped: a number that cannot be another's yet.
    private let main = Mutex<pid_t?>(nil)

    /// Runs the program with the calling process's environment, and returns the exit code for the
    /// calling process once everything has ended.
    public static func run(program: String, arguments: [String]) -> Int32 {
        // The playground may be gone when the last line is written.
        signal(SIGPIPE, SIG_IGN)
        guard linux_become_subreaper() == 0 else {
            report(.failed("no subreaper: \(String(cString: strerror(errno)))"))
            return PlaygroundError.Code.unexpected.rawValue
        }
        let container = ContainerInit()
        do {
            try container.start(program: program, arguments: arguments)
        } catch {
            report(.failed(error.message))
            return error.code.rawValue
        }
        let exit = container.reapUntilMainEnds()
        ProcessTree.endDescendants()
        report(.ended(exit))
        return 0
    }

    private func start(program: String, arguments: [String]) throws(PlaygroundError) {
        var environment: [String: String] = [:]
        var variable = environ
        while let text = variable.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1)
            if parts.count == 2 { environment[String(parts[0])] = String(parts[1]) }
            variable += 1
        }
        let pid = try Spawn(
            program: program, arguments: arguments, environment: environment,
            standardOutput: STDERR_FILENO, standardError: STDERR_FILENO
        ).start()
        main.withLock { $0 = pid }
        Self.report(.started(pid))
        DispatchQueue(label: "commands").async { self.obeyUntilInputEnds() }
    }

    private func obeyUntilInputEnds() {
        while let line = readLine() {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "signal", let number = Int32(words[1]) {
                send(number)
            }
        }
        send(SIGKILL)
    }

    private func send(_ number: Int32) {
        main.withLock { pid in
            if let pid { kill(pid, number) }
        }
    }

    /// Looks before it reaps, so that no signal can go to a number that is free already.
    private func reapUntilMainEnds() -> ContainerExit {
        while true {
            var information = siginfo_t()
            guard waitid(P_ALL, 0, &information, WEXITED | WNOWAIT) == 0 else {
                if errno == EINTR { continue }
                return .lost
            }
            let pid = information._sifields._sigchld.si_pid
            let exit = main.withLock { main -> ContainerExit? in
                var status: Int32 = 0
                guard waitpid(pid, &status, 0) == pid, pid == main else { return nil }
                main = nil
                let signal = status & 0x7f
                return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
            }
            if let exit { return exit }
        }
    }

    private static func report(_ report: ContainerReport) {
        let line = Array((report.line + "\n").utf8)
        // Nobody is left to tell when the playground is gone.
        _ = write(STDOUT_FILENO, line, line.count)
    }

    /// The thread that waits for its next command does not survive the process; nothing to free.
    private init() {}
}
