import AgentConfiguration
import Testing

@Suite struct ConfigurationErrorTests {
    @Test("all problems are reported together, a line each, and nothing is thrown before the last")
    func together() {
        let problems = Fixture.problems([
            "POD_NAME": "orders", "POD_UID": "", "UNDERSTUDY_MODE": "qourum",
            "UNDERSTUDY_MEMBERS": "none", "UNDERSTUDY_ENGINE": nil, "UNDERSTUDY_COLOUR": "blue",
            "UNDERSTUDY_DATA_DIRECTORY": "pgdata",
        ])
        #expect(
            Set(problems.map(\.key)) == [
                "POD_NAME", "POD_UID", "mode", "members", "engine", "UNDERSTUDY_COLOUR",
                "data-directory",
            ])
        let error = ConfigurationError(problems: problems)
        #expect(error.description.split(separator: "\n").count == problems.count)
    }

    @Test(
        "a wrong value is refused, with its key and its source",
        arguments: [
            ("UNDERSTUDY_MODE", "sync", "mode"), ("UNDERSTUDY_PROFILE", "slow", "profile"),
            ("UNDERSTUDY_ENGINE", "oracle", "engine"), ("UNDERSTUDY_MEMBERS", "0", "members"),
            ("UNDERSTUDY_MEMBERS", "100", "members"), ("UNDERSTUDY_MEMBERS", "3.0", "members"),
            ("UNDERSTUDY_MEMBERS", "03", "members"), ("UNDERSTUDY_MEMBERS", "+3", "members"),
            ("UNDERSTUDY_MEMBERS", "", "members"), ("UNDERSTUDY_AGENT_PORT", "0", "agent-port"),
            ("UNDERSTUDY_AGENT_PORT", "65536", "agent-port"),
            ("UNDERSTUDY_AGENT_PORT", "99999999999999999999", "agent-port"),
            ("UNDERSTUDY_DATABASE_PORT", "8009", "database-port"),
            ("UNDERSTUDY_AGENT_ADDRESS", "localhost", "agent-address"),
            ("UNDERSTUDY_AGENT_ADDRESS", "*", "agent-address"),
            ("UNDERSTUDY_DATABASE_ADDRESS", "1.2.3", "database-address"),
            ("UNDERSTUDY_CLUSTER", "Orders", "cluster"), ("UNDERSTUDY_SERVICE", "a_b", "service"),
            ("UNDERSTUDY_VOLUME", "data", "volume"), ("UNDERSTUDY_VOLUME", "/", "volume"),
            ("UNDERSTUDY_VOLUME", "/data/../etc", "volume"),
            ("UNDERSTUDY_DATA_DIRECTORY", "/data", "data-directory"),
            ("UNDERSTUDY_DATA_DIRECTORY", "/database/x", "data-directory"),
            ("UNDERSTUDY_RUNTIME_DIRECTORY", "/data/pgdata/run", "runtime-directory"),
            ("UNDERSTUDY_SECRETS_DIRECTORY", "/data/pgdata", "secrets-directory"),
            (
                "UNDERSTUDY_SOCKET_DIRECTORY", "/\(String(repeating: "s", count: 90))",
                "socket-directory"
            ),
            ("UNDERSTUDY_PROGRAM_DIRECTORY", "bin", "program-directory"),
            ("UNDERSTUDY_MAXIMUM_LAG", "lots", "maximum-lag"),
            ("UNDERSTUDY_POD_SELECTOR", "app in {a}", "pod-selector"),
            ("UNDERSTUDY_ROLE_LABEL", "a role", "role-label"),
            ("UNDERSTUDY_ROLE_LABEL", "example.org/a/b", "role-label"),
            ("UNDERSTUDY_LOG_LEVEL", "verbose", "log-level"),
            ("UNDERSTUDY_PEER_ADDRESS", "{pod}.svc", "peer-address"),
            ("UNDERSTUDY_PEER_ADDRESS", "db.{service}.svc", "peer-address"),
            ("UNDERSTUDY_PEER_ADDRESS", "db-{ordinal", "peer-address"),
            ("UNDERSTUDY_PEER_ADDRESS", "db-}{ordinal}", "peer-address"),
            ("UNDERSTUDY_PEER_ADDRESS", "db {ordinal}", "peer-address"),
            ("UNDERSTUDY_CONFIGURATION_DIRECTORY", "here", "configuration-directory"),
            ("UNDERSTUDY_CONFIGURATION_DIRECTORY", "/nonexistent", "configuration-directory"),
            ("POD_NAMESPACE", "Shop", "POD_NAMESPACE"), ("POD_IP", "10.1.2", "POD_IP"),
            ("POD_UID", "a b", "POD_UID"), ("POD_UID", "", "POD_UID"),
            ("KUBERNETES_SERVICE_PORT", "tcp", "KUBERNETES_SERVICE_PORT"),
            ("KUBERNETES_SERVICE_HOST", "a b", "KUBERNETES_SERVICE_HOST"),
        ])
    func wrong(name: String, value: String, key: String) throws {
        let problems = Fixture.problems([name: value])
        #expect(problems.map(\.key) == [key])
        let problem = try #require(problems.first)
        #expect(problem.source == .variable(name))
        #expect(problem.description.hasSuffix("."))
        #expect(!problem.remedy.isEmpty)
    }

    @Test(
        "a Pod name that is not <statefulset>-<ordinal> is refused in one sentence",
        arguments: [
            "orders", "orders-", "-1", "orders-x", "orders-01", "orders-1x", "Orders-1", "orders-3",
            "orders--1", "orders-99999", "orders-99999999999999999999", "orders.1", "1",
            "\u{1b}[31m-1",
        ])
    func podNames(name: String) {
        let problems = Fixture.problems(["POD_NAME": name])
        #expect(problems.map(\.key) == ["POD_NAME"])
        #expect(!problems.description.contains("\u{1b}"))
    }

    @Test("an absent downward variable is named, with the field that gives it")
    func absent() {
        for name in ["POD_NAME", "POD_NAMESPACE", "POD_UID", "POD_IP"] {
            let problems = Fixture.problems([name: nil])
            #expect(problems.map(\.key) == [name])
            #expect(problems.allSatisfy { $0.remedy.contains("fieldRef") })
        }
    }

    @Test("an unknown variable, flag or file is refused, and a likely meaning named")
    func unknown() throws {
        let variable = Fixture.problems(["UNDERSTUDY_AGNET_PORT": "8010"])
        #expect(
            variable.map(\.description) == [
                "UNDERSTUDY_AGNET_PORT is not a variable that means anything. "
                    + "Did you mean UNDERSTUDY_AGENT_PORT?"
            ])
        let flag = Fixture.problems(flags: ["mood": "async"])
        #expect(flag.map(\.remedy) == ["Did you mean --mode?"])
        try withFolder(["colour": Array("blue".utf8)]) { folder in
            let file = Fixture.problems(["UNDERSTUDY_CONFIGURATION_DIRECTORY": folder])
            #expect(file.map(\.source) == [.file(path: "\(folder)/colour")])
        }
    }

    @Test("the variables that Kubernetes makes for Services are no mistakes")
    func services() throws {
        let it = try Fixture.configuration([
            "UNDERSTUDY_AGENT_SERVICE_HOST": "10.96.7.7",
            "UNDERSTUDY_AGENT_SERVICE_PORT": "8009",
            "UNDERSTUDY_AGENT_SERVICE_PORT_HTTP": "8009",
            "UNDERSTUDY_AGENT_PORT": "tcp://10.96.7.7:8009",
            "UNDERSTUDY_AGENT_PORT_8009_TCP": "tcp://10.96.7.7:8009",
            "UNDERSTUDY_AGENT_PORT_8009_TCP_PROTO": "tcp",
            "UNDERSTUDY_AGENT_PORT_8009_TCP_PORT": "8009",
            "UNDERSTUDY_AGENT_PORT_8009_TCP_ADDR": "10.96.7.7",
            "UNDERSTUDY_ORDERS_SERVICE_HOST": "10.96.7.8",
            "UNDERSTUDY_ORDERS_PORT": "tcp://10.96.7.8:1",
        ])
        #expect(it.network.agentPort == 8009)
        let lonely = Fixture.problems(["UNDERSTUDY_ORDERS_PORT": "tcp://10.96.7.8:1"])
        #expect(lonely.map(\.key) == ["UNDERSTUDY_ORDERS_PORT"])
    }

    @Test("a key of ours beside a Service of the same name is still a key")
    func serviceBesideKey() throws {
        let it = try Fixture.configuration([
            "UNDERSTUDY_AGENT_SERVICE_HOST": "10.96.7.7", "UNDERSTUDY_AGENT_PORT": "8010",
        ])
        #expect(it.network.agentPort == 8010)
    }

    @Test("a file that is too long, not text or not a file is a problem, not a crash")
    func files() throws {
        let hostile: [String: [UInt8]] = [
            "mode": [0xff, 0xfe, 0x00], "profile": Array(repeating: 0x61, count: 5_000),
            "members": [0x33, 0x00],
        ]
        try withFolder(hostile) { folder in
            let problems = Fixture.problems(["UNDERSTUDY_CONFIGURATION_DIRECTORY": folder])
            #expect(problems.map(\.key) == ["members", "mode", "profile"])
        }
    }

    @Test("a long or hostile value is repeated short and without control characters")
    func bounded() throws {
        let problems = Fixture.problems([
            "UNDERSTUDY_MODE": "\u{1b}]0;x\u{7}\n" + String(repeating: "m", count: 100_000)
        ])
        let text = try #require(problems.first).description
        #expect(text.utf8.count < 300)
        #expect(!text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7f })
    }

    private static let hostile = [
        " ", "\0", "\n", "\r\n", "a\nb", "\u{1b}[2J", "\u{202e}gnp", "💥", "e\u{301}", "%s%n%x",
        "$(id)", "`id`", "';--", "\\", "{", "}", "{}", "{ordinal", "ordinal}", "{{ordinal}}",
        "{ordinal}{ordinal+1}", "{ordinal}\u{202e}", "{\u{1b}}", "-", "--", "..", "/", "//", "/..",
        "/.", "/\u{7}", "0", "-1", "+1", "1e9", "0x10", "99999999999999999999", "NaN", "1.5",
        "127.0.0.1\n", "::1%lo", "::ffff:1.2.3.4", "a.b.c", "a..b", "*", "=", ",", "a=b=c",
        String(repeating: "a", count: 100_000), String(repeating: "/a", count: 50_000),
        String(repeating: "{ordinal}", count: 20_000), String(repeating: "💥", count: 30_000),
    ]

    @Test(
        "no value of any key ends the program or escapes its line",
        arguments: ConfigurationKey.allCases)
    func fuzz(key: ConfigurationKey) {
        for text in ConfigurationErrorTests.hostile {
            for flags in [[key.rawValue: text], [text: "x"]] {
                do throws(ConfigurationError) {
                    let it = try Fixture.configuration(flags: flags)
                    #expect(!it.peerAddress(ordinal: 2).isEmpty)
                } catch {
                    let lines = error.description.split(separator: "\n")
                    #expect(lines.count == error.problems.count)
                    #expect(lines.allSatisfy { $0.utf8.count < 4_000 })
                    #expect(!error.description.unicodeScalars.contains("\u{1b}"))
                    #expect(!error.description.unicodeScalars.contains("\u{202e}"))
                }
            }
        }
    }

    @Test("no text of the downward API ends the program or escapes its line")
    func downwardFuzz() {
        let names = ["POD_NAME", "POD_NAMESPACE", "POD_UID", "POD_IP", "KUBERNETES_SERVICE_PORT"]
        for name in names {
            for text in ConfigurationErrorTests.hostile where !text.allSatisfy(\.isNumber) {
                for text in [text, "db-\(text)"] {
                    guard let error = failure([name: text]) else { continue }
                    let lines = error.description.split(separator: "\n")
                    #expect(lines.count == error.problems.count)
                    #expect(lines.allSatisfy { $0.utf8.count < 4_000 })
                }
            }
        }
    }

    private func failure(_ changes: [String: String?]) -> ConfigurationError? {
        do throws(ConfigurationError) {
            _ = try Fixture.configuration(changes)
            return nil
        } catch {
            return error
        }
    }
}
