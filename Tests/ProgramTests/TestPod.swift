import FoundationEssentials
import Glibc
import PostgreSQLTestSupport
import Subprocess
import Testing

/// What the init container or the sidecar of one Pod finds: folders, Secret and environment. Nobody
/// answers under the agent's address.
struct TestPod: Sendable {
    let folder: TemporaryFolder
    var environment: [String: String]

    var volume: String { folder.path + "/volume" }
    var data: String { volume + "/pgdata" }
    var secret: String { folder.path + "/secrets/replication-password" }
    var agentKey: String { folder.path + "/secrets/agent-key" }

    /// Runs a test with a Pod whose volume is empty, or holds a first cluster's data.
    static func with(
        data hasData: Bool = false, _ test: (TestPod) async throws -> Void
    ) async throws {
        let pod = TestPod(folder: try TemporaryFolder())
        defer { pod.folder.remove() }
        for name in ["volume", "run", "socket", "secrets"] { _ = try pod.folder.folder(name) }
        try pod.write("secret\n", to: pod.secret)
        try pod.write("key\n", to: pod.agentKey)
        try await pod.own()
        if hasData {
            try await Account.unprivileged.require(
                ServerProgram.path("initdb"), ["-D", pod.data, "--no-sync", "--auth=trust"])
        }
        try await test(pod)
    }

    private init(folder: TemporaryFolder) {
        self.folder = folder
        environment = [
            "POD_NAME": "db-0", "POD_NAMESPACE": "shop", "POD_UID": "uid-0", "POD_IP": "127.0.0.1",
            "KUBERNETES_SERVICE_HOST": "127.31.250.200", "KUBERNETES_SERVICE_PORT": "6443",
            "POSTGRES_PASSWORD": "secret", "UNDERSTUDY_ENGINE": "postgresql",
            "UNDERSTUDY_VOLUME": folder.path + "/volume",
            "UNDERSTUDY_RUNTIME_DIRECTORY": folder.path + "/run",
            "UNDERSTUDY_SOCKET_DIRECTORY": folder.path + "/socket",
            "UNDERSTUDY_SECRETS_DIRECTORY": folder.path + "/secrets",
            "UNDERSTUDY_PROGRAM_DIRECTORY": ServerProgram.directory ?? "/nonexistent",
            "UNDERSTUDY_PEER_ADDRESS": "127.31.250.{ordinal+1}",
            "UNDERSTUDY_AGENT_ADDRESS": "127.31.250.1",
        ]
    }

    /// Writes a file as whoever runs the tests.
    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    /// Gives everything to the account that runs the program.
    func own() async throws {
        let account = Account.unprivileged
        try await Account.own.require(
            "/bin/chown", ["-R", "\(account.user):\(account.group)", folder.path])
    }

    /// Runs `understudy` in the Pod.
    func run(_ arguments: [String]) async throws -> Account.Ending {
        try await Account.unprivileged.run(await program(), arguments, environment: environment)
    }

    /// Runs `understudy` in the Pod, and expects that it ends with that code and one message of
    /// that many lines on standard error, and that the volume is byte for byte as it was.
    func expect(
        _ arguments: String..., code: Int32, says words: [String], lines: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try FileTree(of: volume)
        let ending = try await run(arguments)
        #expect(ending.status == .exited(code), "\(ending)", sourceLocation: sourceLocation)
        #expect(try FileTree(of: volume) == before, sourceLocation: sourceLocation)
        #expect(ending.output == "", sourceLocation: sourceLocation)
        // Whatever else there is on standard error is the log.
        let said = ending.errors.split(separator: "\n").filter { !$0.hasPrefix("{") }
        #expect(said.count == lines, "\(ending)", sourceLocation: sourceLocation)
        for word in words {
            #expect(
                said.first?.contains(word) == true, "\(word): \(ending)",
                sourceLocation: sourceLocation)
        }
        #expect(
            said.last?.hasSuffix(".") == true || said.last?.hasSuffix("?") == true, "\(ending)",
            sourceLocation: sourceLocation)
    }

    /// The program beside the tests' own; a copy, where the account cannot reach it there.
    private func program() async throws -> String {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let built = URL(filePath: own).deletingLastPathComponent().path + "/understudy"
        let account = Account.unprivileged
        if try await account.run("/usr/bin/test", ["-x", built]).status.isSuccess { return built }
        let copy = folder.path + "/understudy"
        try await Account.own.require("/bin/cp", [built, copy])
        try #require(chmod(copy, 0o755) == 0)
        return copy
    }
}
