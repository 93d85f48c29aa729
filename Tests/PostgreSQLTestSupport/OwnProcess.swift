import Glibc
import Synchronization

/// What a test does in a process of its own, so that it can give up root, which PostgreSQL's
/// programs refuse, and so that nothing it starts outlives it.
public enum OwnProcess {
    /// Server processes to be killed when the process ends.
    private static let servers = Mutex<Set<Int32>>([])

    /// Becomes an unprivileged user where it is root, and makes sure that it ends in time.
    ///
    /// What it says on standard error, the reason of a failure among it, is appended to the file
    /// that `UNDERSTUDY_TEST_ERRORS` names: the runner of an exit test shows nothing of it.
    public static func prepare(seconds: UInt32) {
        if let path = getenv("UNDERSTUDY_TEST_ERRORS") {
            let file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            guard file >= 0, dup2(file, STDERR_FILENO) >= 0 else {
                fatalError("the file of errors could not be opened")
            }
            close(file)
        }
        if geteuid() == 0 {
            guard let entry = getpwnam("postgres") else { fatalError("no user named postgres") }
            let (user, group) = (entry.pointee.pw_uid, entry.pointee.pw_gid)
            guard setgroups(0, nil) == 0, setgid(group) == 0, setuid(user) == 0 else {
                fatalError("the user could not be changed")
            }
        }
        umask(0o077)
        atexit { OwnProcess.killServers() }
        var thread = pthread_t()
        let limit = Unmanaged.passRetained(Limit(seconds: seconds))
        pthread_create(
            &thread, nil,
            { argument in
                guard let argument else { return nil }
                let limit = Unmanaged<Limit>.fromOpaque(argument).takeRetainedValue()
                sleep(limit.seconds)
                OwnProcess.killServers()
                fatalError("the test took over \(limit.seconds) seconds")
            }, limit.toOpaque())
    }

    private final class Limit: Sendable {
        let seconds: UInt32
        init(seconds: UInt32) { self.seconds = seconds }
    }

    /// Notes a process to be killed at the end, with its children.
    public static func note(_ process: Int32) {
        servers.withLock { _ = $0.insert(process) }
    }

    /// Forgets a process that has ended.
    public static func forget(_ process: Int32) {
        servers.withLock { _ = $0.remove(process) }
    }

    private static func killServers() {
        for process in servers.withLock({ $0 }) {
            let children = ServerProcess.children(of: process)
            for process in [process] + children {
                // A stopped process dies of SIGKILL as well.
                kill(process, SIGKILL)
            }
        }
    }
}
