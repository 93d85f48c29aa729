import FoundationEssentials
import JSON
import KubernetesClient
import Playground
import Subprocess
import Testing

/// The real `kubectl` against the stand-in.
@Suite(
    "kubectl", .timeLimit(.minutes(1)),
    .enabled(if: Kubectl.isInstalled, "there is no program kubectl"))
struct KubectlTests {
    private func with(_ body: (StandIn, Kubectl) async throws -> Void) async throws {
        try await StandIn.with { standIn in
            let config = Kubeconfig.document(
                server: standIn.server.url, authority: standIn.directory + "/ca.crt",
                tokenFile: standIn.directory + "/token", namespace: "default")
            let path = standIn.directory + "/kubeconfig"
            try Data(config.bytes).write(to: URL(filePath: path))
            try standIn.server.store.create(
                Self.pod(role: "master"), as: .pods, in: "default")
            _ = try await standIn.api.createLease("pg", holder: "pg-0_uid")
            try await body(standIn, Kubectl(config: path, home: standIn.directory))
        }
    }

    private static func pod(role: String) -> JSONValue {
        [
            "metadata": ["name": "pg-0", "labels": ["role": .string(role), "app": "pg"]],
            "spec": [
                "nodeName": "node", "terminationGracePeriodSeconds": 30,
                "initContainers": [["name": "agent", "restartPolicy": "Always"]],
                "containers": [["name": "database", "image": "postgres"]],
            ],
            "status": [
                "phase": "Running", "podIP": "127.0.0.1",
                "conditions": [["type": "Ready", "status": "True"]],
                "initContainerStatuses": [
                    [
                        "name": "agent", "ready": true, "restartCount": 1,
                        "state": ["running": [:]],
                    ]
                ],
                "containerStatuses": [
                    [
                        "name": "database", "ready": true, "restartCount": 2,
                        "state": ["running": [:]],
                    ]
                ],
            ],
        ]
    }

    /// The columns of each line.
    private func columns(_ text: String) -> [[String]] {
        text.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
    }

    @Test("get pods prints the columns that one expects")
    func getPods() async throws {
        try await with { _, kubectl in
            let table = columns(try await kubectl.run("get", "pods", "-L", "role"))
            #expect(table.first == ["NAME", "READY", "STATUS", "RESTARTS", "AGE", "ROLE"])
            #expect(table.last?.prefix(4) == ["pg-0", "2/2", "Running", "3"])
            #expect(table.last?.last == "master")
            let wide = try await kubectl.run("get", "po", "pg-0", "-o", "wide")
            #expect(wide.contains("127.0.0.1") && wide.contains("node"))
            let name = try await kubectl.run("get", "pods", "-l", "role in (master)", "-o", "name")
            #expect(name == "pod/pg-0\n")
            #expect(try await kubectl.run("get", "pods", "-l", "role=replica") == "")
        }
    }

    @Test("labels and annotations are set and removed")
    func label() async throws {
        try await with { standIn, kubectl in
            _ = try await kubectl.run("label", "pod", "pg-0", "role-", "color=blue")
            _ = try await kubectl.run("annotate", "lease", "pg", "understudy.dev/paused=true")
            let pod = try await standIn.client.pod(named: "pg-0")
            #expect(pod?.metadata.labels == ["app": "pg", "color": "blue"])
            let lease = try await standIn.client.lease(named: "pg", timeout: .seconds(5))
            #expect(lease?.metadata.annotations["understudy.dev/paused"] == "true")
        }
    }

    @Test("describe shows the Pod with its Events")
    func describe() async throws {
        try await with { standIn, kubectl in
            let pod = try #require(try await standIn.client.pod(named: "pg-0"))
            try await standIn.client.createEvent(
                PodEvent(
                    pod: "pg-0", uid: pod.metadata.uid ?? "", kind: .normal, reason: "Promoted",
                    action: "Promote", note: "is master of term 2",
                    controller: "understudy.dev/agent"))
            let text = try await kubectl.run("describe", "pod", "pg-0")
            #expect(text.contains("role=master"))
            #expect(text.contains("Promoted") && text.contains("is master of term 2"))
            let events = try await kubectl.run("get", "events")
            #expect(events.contains("Promoted") && events.contains("pod/pg-0"))
            let new = try await kubectl.run("events", "--for", "pod/pg-0")
            #expect(new.contains("Promoted"))
        }
    }

    @Test("the Lease is shown as a table and whole")
    func lease() async throws {
        try await with { _, kubectl in
            let table = columns(try await kubectl.run("get", "lease"))
            #expect(table.first == ["NAME", "HOLDER", "AGE"])
            #expect(table.last?.prefix(2) == ["pg", "pg-0_uid"])
            let yaml = try await kubectl.run("get", "lease", "pg", "-o", "yaml")
            #expect(yaml.contains("holderIdentity: pg-0_uid"))
            #expect(yaml.contains("leaseTransitions: 1"))
            _ = try await kubectl.run("describe", "lease", "pg")
            let names = try await kubectl.run("api-resources", "-o", "name")
            #expect(names.contains("leases.coordination.k8s.io"))
            #expect(try await kubectl.run("get", "namespaces").contains("Active"))
            #expect(try await kubectl.run("version").contains("understudy-playground"))
        }
    }

    @Test("a deleted Pod ends in its time, and kubectl waits for it")
    func delete() async throws {
        try await with { standIn, kubectl in
            let store = standIn.server.store
            // What a kubelet does: it ends the Pod once it is marked.
            let kubelet = Task {
                for await change in store.changes(of: .pods)
                where change.object["metadata"]?["deletionTimestamp"] != nil {
                    #expect(
                        change.object["metadata"]?["deletionGracePeriodSeconds"] == 30)
                    try store.remove(.pods, named: "pg-0", in: "default")
                    return
                }
            }
            _ = try await kubectl.run("delete", "pod", "pg-0")
            try await kubelet.value
            #expect(store.get(.pods, named: "pg-0", in: "default") == nil)
        }
    }

    @Test("a Pod is forced away at once")
    func forceDelete() async throws {
        try await with { standIn, kubectl in
            _ = try await kubectl.run("delete", "pod", "pg-0", "--grace-period=0", "--force")
            #expect(standIn.server.store.get(.pods, named: "pg-0", in: "default") == nil)
        }
    }

    @Test("patch, edit by replace, and create from a file work")
    func write() async throws {
        try await with { standIn, kubectl in
            _ = try await kubectl.run(
                "patch", "lease", "pg", "--type=json", "-p",
                #"[{"op":"replace","path":"/spec/leaseTransitions","value":5}]"#)
            let file = standIn.directory + "/lease.json"
            var lease = try #require(
                standIn.server.store.get(.leases, named: "pg", in: "default"))
            #expect(lease["spec"]?["leaseTransitions"] == 5)
            lease["spec"] = ["holderIdentity": "other"]
            try Data(lease.bytes).write(to: URL(filePath: file))
            _ = try await kubectl.run("replace", "--validate=false", "-f", file)
            let after = standIn.server.store.get(.leases, named: "pg", in: "default")
            #expect(after?["spec"]?["holderIdentity"] == "other")
            _ = try await kubectl.run("delete", "lease", "pg")
            lease["metadata"] = ["name": "pg"]
            try Data(lease.bytes).write(to: URL(filePath: file))
            _ = try await kubectl.run("create", "--validate=false", "-f", file)
            _ = try await kubectl.run("apply", "--validate=false", "-f", file)
        }
    }
}

/// Runs `kubectl` with a configuration of its own.
struct Kubectl: Sendable {
    let config: String
    let home: String

    static var isInstalled: Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").contains {
            FileManager.default.isExecutableFile(atPath: $0 + "/kubectl")
        }
    }

    /// What the command prints.
    func run(_ arguments: String...) async throws -> String {
        let result = try await Subprocess.run(
            .name("kubectl"),
            arguments: Arguments(["--kubeconfig", config, "--request-timeout=20s"] + arguments),
            environment: .inherit.updating(["HOME": home]),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
        #expect(
            result.terminationStatus.isSuccess, "kubectl \(arguments): \(result.standardError)")
        return result.standardOutput
    }
}
