import CLinux
import Glibc

/// A new process, as `posix_spawn` makes it: a session of its own, no descriptors but the three
/// standard ones, default signal handling, and exactly the given environment.
struct Spawn {
    var program: String
    var arguments: [String] = []
    var environment: [String: String] = [:]
    /// Descriptors of the calling process; nil is `/dev/null`.
    var standardInput: Int32?
    var standardOutput: Int32?
    var standardError: Int32?

    /// Starts it and returns its process id. Throws ``PlaygroundError``.
    func start() throws(PlaygroundError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (target, source) in [standardInput, standardOutput, standardError].enumerated() {
            if let source {
                posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
            } else {
                posix_spawn_file_actions_addopen(&actions, Int32(target), "/dev/null", O_RDWR, 0)
            }
        }
        _ = linux_spawn_close_from(&actions, 3)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags =
            Int16(POSIX_SPAWN_SETSIGDEF) | Int16(POSIX_SPAWN_SETSIGMASK) | linux_spawn_setsid()
        posix_spawnattr_setflags(&attributes, flags)

        var pid = pid_t()
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let result = withCStrings([program] + arguments) { arguments in
            withCStrings(variables) { variables in
                posix_spawn(&pid, program, &actions, &attributes, arguments, variables)
            }
        }
        guard result == 0 else {
            throw PlaygroundError(
                .unavailable, "\(program) cannot be started: \(String(cString: strerror(result))).")
        }
        return pid
    }

    /// Calls the body with a null-terminated array of C strings that lives as long as the call.
    private func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = strings.map { strdup($0) }
        defer { pointers.forEach { free($0) } }
        return body(pointers + [nil])
    }
}
