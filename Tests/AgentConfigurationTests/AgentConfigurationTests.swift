import AgentConfiguration
import FoundationEssentials
import ReplicationCore
import Testing

@Suite struct AgentConfigurationTests {
    @Test("with what is required and nothing else, the defaults hold")
    func defaults() throws {
        let it = try Fixture.configuration()
        #expect(it.engine == "postgresql")
        #expect(it.identity.member == "orders-1")
        #expect(it.identity.statefulSet == "orders")
        #expect(it.identity.ordinal == 1)
        #expect(
            it.identity.leaseIdentity == "orders-1_0b6f6b7e-7b6a-4a51-9d0c-6f1f9e0d7a11")
        #expect(it.identity.node == "node-a")
        #expect(it.cluster.name == "orders")
        #expect(it.cluster.members == 3)
        #expect(it.cluster.podSelector == "app.kubernetes.io/instance=orders")
        #expect(it.cluster.roleLabel == "role")
        #expect(it.network.service == "orders")
        #expect(it.network.agentAddress == "0.0.0.0")
        #expect(it.network.ownAgentAddress == "127.0.0.1")
        #expect(it.network.agentPort == 8009)
        #expect(it.network.databaseAddress == "*")
        #expect(it.network.databasePort == 5432)
        #expect(it.network.apiServer?.host == "10.96.0.1")
        #expect(it.network.apiServer?.port == 443)
        #expect(it.paths.volume == "/data")
        #expect(it.paths.dataDirectory == "/data/pgdata")
        #expect(it.paths.runtimeDirectory == "/understudy/run")
        #expect(it.paths.socketDirectory == "/var/run/postgresql")
        #expect(it.paths.replicationPassword.path == "/understudy/secrets/replication-password")
        #expect(it.paths.programDirectory == nil)
        #expect(
            it.paths.serviceAccountDirectory == "/var/run/secrets/kubernetes.io/serviceaccount")
        #expect(it.policy.mode == .quorum)
        #expect(it.policy.timing == Profile.default.timing)
        #expect(it.policy.maximumLagBytes == 16 << 20)
        #expect(it.logLevel == .info)
        #expect(it.peerAddress(ordinal: 2) == "orders-2.orders.shop.svc")
        #expect(it.memberName(ordinal: 0) == "orders-0")
        #expect(it.peerOrdinals == [0, 2])
    }

    @Test("a flag wins over a variable, a variable over a file, a file over the default")
    func precedence() throws {
        let files: [String: [UInt8]] = [
            "mode": Array("async\n".utf8), "members": Array("5".utf8),
            "profile": Array("fleet".utf8), "..data": [], ".hidden": [],
        ]
        try withFolder(files) { folder in
            let it = try Fixture.configuration(
                [
                    "UNDERSTUDY_CONFIGURATION_DIRECTORY": folder,
                    "UNDERSTUDY_MODE": "quorum", "UNDERSTUDY_MEMBERS": "7",
                ], flags: ["mode": "strict"])
            #expect(it.policy.mode == .strict)
            #expect(it.cluster.members == 7)
            #expect(it.policy.profile == .fleet)
        }
    }

    @Test("the cluster's name decides what others make of it")
    func derived() throws {
        let it = try Fixture.configuration(["UNDERSTUDY_CLUSTER": "ledger"])
        #expect(it.network.service == "ledger")
        #expect(it.cluster.podSelector == "app.kubernetes.io/instance=ledger")
        #expect(it.peerAddress(ordinal: 0) == "orders-0.ledger.shop.svc")
    }

    @Test("a template of addresses is filled in for each member")
    func template() throws {
        let it = try Fixture.configuration(["UNDERSTUDY_PEER_ADDRESS": "127.31.7.{ordinal+1}"])
        #expect(it.peerAddress(ordinal: 0) == "127.31.7.1")
        #expect(it.peerAddress(ordinal: 2) == "127.31.7.3")
    }

    @Test("paths lose needless slashes")
    func paths() throws {
        let it = try Fixture.configuration([
            "UNDERSTUDY_VOLUME": "//mnt//volume/", "UNDERSTUDY_PROGRAM_DIRECTORY": "/opt/pg/bin/",
        ])
        #expect(it.paths.dataDirectory == "/mnt/volume/pgdata")
        #expect(it.paths.programDirectory == "/opt/pg/bin")
    }

    @Test("the init container needs no API server")
    func initialise() throws {
        let none: [String: String?] = [
            "KUBERNETES_SERVICE_HOST": nil, "KUBERNETES_SERVICE_PORT": nil,
        ]
        #expect(try Fixture.configuration(none, purpose: .initialise).network.apiServer == nil)
        #expect(Fixture.problems(none).map(\.key) == ["KUBERNETES_SERVICE_HOST"])
    }

    @Test("every profile's timings are safe", arguments: Profile.allCases)
    func profiles(profile: Profile) throws {
        let it = try Fixture.configuration(["UNDERSTUDY_PROFILE": profile.rawValue])
        #expect(it.policy.timing == profile.timing)
    }

    @Test("every key is documented, and named alike as flag and variable")
    func documentation() {
        let list = ConfigurationKey.documentation
        #expect(list.map(\.key) == ConfigurationKey.allCases)
        #expect(list.allSatisfy { !$0.meaning.isEmpty })
        #expect(list.filter { $0.defaultValue == nil }.map(\.key) == [.engine, .volume])
        #expect(ConfigurationKey.peerAddress.variable == "UNDERSTUDY_PEER_ADDRESS")
        #expect(ConfigurationKey.peerAddress.flag == "--peer-address")
    }

    @Test("the README's table names every key, and no other")
    func readme() throws {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try String(contentsOf: URL(filePath: "/\(root)/README.md"), encoding: .utf8)
        let section = try #require(text.between("## Configuration", "\n## "))
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }
        let keys = rows.flatMap { row in
            row.split(separator: "|")[0].split(separator: "`").filter {
                $0.contains { $0.isLetter }
            }
        }
        #expect(keys.map(String.init) == ConfigurationKey.allCases.map(\.rawValue))
    }
}

extension String {
    /// What stands between two texts; nil where one of them is missing.
    fileprivate func between(_ start: String, _ end: String) -> Substring? {
        guard let first = firstRange(of: start) else { return nil }
        let rest = self[first.upperBound...]
        return rest.firstRange(of: end).map { rest[..<$0.lowerBound] }
    }
}
