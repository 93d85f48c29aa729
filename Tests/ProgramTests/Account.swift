import Glibc
import Subprocess
import SystemPackage
import Testing

/// Who runs the programs: the user of the tests, or, where that is root, whom no file mode stops,
/// an unprivileged one.
struct Account: Sendable {
    let user: uid_t
    let group: gid_t

    static let unprivileged: Account = {
        guard geteuid() == 0, let entry = getpwnam("postgres") else {
            return Account(user: geteuid(), group: getegid())
        }
        return Account(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }()

    /// How a program ended, and what it wrote on standard error and output.
    struct Ending: Sendable {
        var status: TerminationStatus
        var errors: String
        var output: String
    }

    /// Runs a program to its end as this account, with that environment alone.
    func run(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) async throws -> Ending {
        // Not by the library, which would call setgroups between fork and exec: glibc waits there
        // for threads that only the parent has.
        let switching =
            user == geteuid()
            ? []
            : ["/usr/bin/setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"]
        let words = switching + [program] + arguments
        let variables = environment.merging(["PATH": "/usr/bin:/bin", "LC_ALL": "C"]) { own, _ in
            own
        }
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in variables {
            keyed[try #require(Environment.Key(rawValue: name))] = value
        }
        let result = try await Subprocess.run(
            .path(FilePath(words[0])), arguments: Arguments(Array(words.dropFirst())),
            environment: .custom(keyed), workingDirectory: "/",
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        return Ending(
            status: result.terminationStatus, errors: result.standardError,
            output: result.standardOutput)
    }

    /// The same, for what must succeed.
    func require(_ program: String, _ arguments: [String]) async throws {
        let ending = try await run(program, arguments)
        try #require(ending.status.isSuccess, "\(program): \(ending.errors)")
    }

    /// Whoever runs the tests.
    static let own = Account(user: geteuid(), group: getegid())
}
