import Glibc
import PostgreSQLTestSupport
import Testing

/// Data that cannot be started by these programs, or by this user, stays as it is.
@Suite(
    "init, given data that it must not touch,", .timeLimit(.minutes(2)),
    .enabled(if: ServerProgram.isThere, "PostgreSQL's server is not installed"))
struct DataDirectoryTests {
    @Test(
        "refuses a version that it does not know, or that the programs do not",
        arguments: [
            ("14\n", "14"), ("99\n", "99"), ("12\n", "12"), ("fifteen\n", "PG_VERSION"),
            ("", "PG_VERSION"), ("\u{0}\u{1b}[2J", "PG_VERSION"), ("-15", "-15"),
        ])
    func version(text: String, word: String) async throws {
        try await TestPod.with(data: true) { pod in
            try pod.write(text, to: pod.data + "/PG_VERSION")
            try await pod.own()
            try await pod.expect("init", code: 65, says: ["DataUnsupported", pod.data, word])
        }
    }

    @Test("refuses what is no database's data")
    func noData() async throws {
        try await TestPod.with { pod in
            try #require(mkdir(pod.data, 0o700) == 0)
            try pod.write("not ours", to: pod.data + "/notes.txt")
            try await pod.own()
            try await pod.expect("init", code: 65, says: ["DataUnsupported", pod.data])
        }
    }

    @Test("refuses data whose control file is damaged")
    func controlFile() async throws {
        try await TestPod.with(data: true) { pod in
            try pod.write(
                String(repeating: "x", count: 8192), to: pod.data + "/global/pg_control")
            try await pod.own()
            try await pod.expect("init", code: 65, says: ["pg_control"])
        }
    }

    @Test(
        "refuses another user's data, whether or not it could be read",
        .enabled(if: geteuid() == 0, "only root can give a folder away"),
        arguments: [0o700, 0o755] as [mode_t])
    func owner(mode: mode_t) async throws {
        try await TestPod.with(data: true) { pod in
            try #require(chmod(pod.data, mode) == 0)
            try #require(chown(pod.data, 0, 0) == 0)
            try await pod.expect(
                "init", code: 77,
                says: [pod.data, "user id 0", "\(Account.unprivileged.user)", "runAsUser"])
        }
    }

    @Test("refuses a member's state that it may not read, or that is damaged")
    func state() async throws {
        try await TestPod.with(data: true) { pod in
            let file = pod.volume + "/.understudy/member.json"
            try #require(mkdir(pod.volume + "/.understudy", 0o700) == 0)
            try pod.write("{\"format\":1}", to: file)
            try await pod.own()
            try await pod.expect("init", code: 65, says: ["StateUnreadable", "member's state"])
            try #require(chmod(file, 0) == 0)
            try await pod.expect("init", code: 77, says: [file, "Permission denied"])
        }
    }
}
