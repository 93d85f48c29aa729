import AgentConfiguration
import Glibc
import Subprocess
import Testing

/// What is wrong with flags, variables, Secret, folders and programs is said before anything is
/// done, by init container and sidecar alike.
@Suite("the program, given a wrong configuration,", .timeLimit(.minutes(2)))
struct ConfigurationTests {
    @Test("refuses a flag that it does not know", arguments: ["init", "run"])
    func flag(command: String) async throws {
        try await TestPod.with { pod in
            // What is wrong, how it is used, and where help is.
            try await pod.expect(
                command, "--colour", "blue", code: 64, says: ["--colour"], lines: 3)
        }
    }

    @Test("has a flag for every key, and --help shows what it means", arguments: ["init", "run"])
    func help(command: String) async throws {
        try await TestPod.with { pod in
            let ending = try await pod.run([command, "--help"])
            #expect(ending.status.isSuccess)
            // As wide as the terminal: lines are broken between words.
            let said = ending.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            for key in ConfigurationKey.allCases {
                #expect(said.contains("\(key.flag) <\(key.rawValue)> \(key.meaning) ("), "\(said)")
            }
        }
    }

    @Test("refuses a variable that it does not know", arguments: ["init", "run"])
    func variable(command: String) async throws {
        try await TestPod.with { pod in
            var pod = pod
            pod.environment["UNDERSTUDY_MODUS"] = "quorum"
            try await pod.expect(
                command, code: 78, says: ["UNDERSTUDY_MODUS", "UNDERSTUDY_MODE"])
        }
    }

    @Test("refuses a Pod's name without an ordinal", arguments: ["init", "run"])
    func podName(command: String) async throws {
        try await TestPod.with { pod in
            var pod = pod
            pod.environment["POD_NAME"] = "database"
            try await pod.expect(command, code: 78, says: ["database", "<statefulset>-<ordinal>"])
        }
    }

    @Test("refuses a Secret that is not mounted", arguments: ["init", "run"])
    func noSecret(command: String) async throws {
        try await TestPod.with { pod in
            unlink(pod.secret)
            try await pod.expect(command, code: 78, says: [pod.secret, "does not exist", "Mount"])
        }
    }

    @Test("refuses to run without the members' key, or with one that it may not read")
    func noAgentKey() async throws {
        try await TestPod.with { pod in
            try #require(chmod(pod.agentKey, 0) == 0)
            try await pod.expect("run", code: 77, says: [pod.agentKey, "Permission denied"])
            unlink(pod.agentKey)
            try await pod.expect(
                "run", code: 78, says: [pod.agentKey, "does not exist", "Mount"])
        }
    }

    @Test("refuses a folder in a Secret's place", arguments: ["init", "run"])
    func secretFolder(command: String) async throws {
        try await TestPod.with { pod in
            unlink(pod.secret)
            try #require(mkdir(pod.secret, 0o755) == 0)
            try await pod.expect(command, code: 78, says: [pod.secret, "Is a directory", "Mount"])
        }
    }

    @Test("refuses a Secret without a password", arguments: ["init", "run"])
    func emptySecret(command: String) async throws {
        try await TestPod.with { pod in
            try pod.write("\n", to: pod.secret)
            try await pod.expect(command, code: 78, says: [pod.secret, "is empty", "Mount"])
        }
    }

    @Test("refuses a Secret that it may not read", arguments: ["init", "run"])
    func deniedSecret(command: String) async throws {
        try await TestPod.with { pod in
            try #require(chmod(pod.secret, 0) == 0)
            try await pod.expect(
                command, code: 77, says: [pod.secret, "Permission denied", "readable by the user"])
        }
    }

    @Test("refuses to work where no volume is mounted")
    func noVolume() async throws {
        try await TestPod.with { pod in
            var pod = pod
            let elsewhere = pod.volume + "/missing"
            pod.environment["UNDERSTUDY_VOLUME"] = elsewhere
            try await pod.expect("init", code: 78, says: [elsewhere, "mount the data volume"])
        }
    }

    @Test("refuses a volume that it may not write")
    func deniedVolume() async throws {
        try await TestPod.with { pod in
            try #require(chmod(pod.volume, 0o555) == 0)
            try await pod.expect("init", code: 77, says: [pod.volume, "fsGroup"])
        }
    }

    @Test("refuses an image without the database's programs")
    func noPrograms() async throws {
        try await TestPod.with { pod in
            var pod = pod
            pod.environment["UNDERSTUDY_PROGRAM_DIRECTORY"] = pod.volume
            try await pod.expect(
                "init", code: 78, says: ["postgres", pod.volume, "program-directory"])
        }
    }

    @Test("ends when its own name never resolves, and says what makes names resolve")
    func name() async throws {
        try await TestPod.with { pod in
            var pod = pod
            pod.environment["UNDERSTUDY_PEER_ADDRESS"] = "{statefulset}-{ordinal}.{service}.invalid"
            pod.environment["UNDERSTUDY_SERVICE"] = "orders"
            // It is patient, as names of new Pods take their time: this test takes a minute.
            try await pod.expect(
                "init", code: 69,
                says: ["db-0.orders.invalid", "named orders", "publishNotReadyAddresses"])
        }
    }
}
