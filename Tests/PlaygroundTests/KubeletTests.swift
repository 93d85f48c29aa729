import Glibc
import NIOPosix
import ReplicationCore
import Testing

@testable import Playground

@Suite("a machine's kubelet", .serialized)
struct KubeletTests {
    let folder: TestFolder
    let store = FakePodStore()
    let probe = FakeAgent()

    init() throws {
        folder = try TestFolder()
    }

    private func kubelet(
        agent: [String] = ["/bin/sleep", "1000"], initialiser: [String] = ["/bin/true"],
        database: [String] = ["/bin/sleep", "1000"]
    ) throws -> Kubelet {
        let directory = MemberDirectory(path: "\(folder.path)/db-1")
        try FileTree.makeFolder(directory.path)
        let commands: [ContainerRole: [String]] = [
            .agent: agent, .initialiser: initialiser, .database: database,
        ]
        let containers = commands.reduce(into: [ContainerRole: ContainerSpecification]()) {
            $0[$1.key] = ContainerSpecification(
                name: $1.key.rawValue, program: $1.value[0],
                arguments: Array($1.value.dropFirst()), environment: ["PATH": "/usr/bin:/bin"],
                logFile: directory.log(of: $1.key.rawValue))
        }
        var timing = Profile.fast.timing
        timing.probePeriod = .milliseconds(50)
        let member = MemberSpecification(
            name: "db-1", ordinal: 1, cluster: "db", address: "127.0.0.1", agentPort: 8009,
            directory: directory, containers: containers, stopSignal: SIGINT, timing: timing)
        return Kubelet(
            member, runtime: try .testing(), store: store, probe: probe,
            journal: Journal { _ in })
    }

    private func run(_ kubelet: Kubelet, _ body: () async throws -> Void) async throws {
        await kubelet.start()
        do {
            try await body()
        } catch {
            await kubelet.lose()
            throw error
        }
        await kubelet.lose()
    }

    private func pid(_ role: ContainerRole, of kubelet: Kubelet) async throws -> pid_t {
        var pid: pid_t?
        _ = await eventually {
            pid = await kubelet.processes[role]?.pid
            return pid != nil
        }
        return try #require(pid)
    }

    @Test("runs agent, init and database, and says at the API when the Pod is ready")
    func bringUp() async throws {
        let kubelet = try kubelet()
        try await run(kubelet) {
            #expect(await eventually { store.now.statuses.values.contains(where: \.isReady) })
            let pod = try #require(store.now.pods["db-1"])
            #expect(pod.labels["app.kubernetes.io/instance"] == "db")
            #expect(pod.labels["statefulset.kubernetes.io/pod-name"] == "db-1")
            #expect(pod.labels["apps.kubernetes.io/pod-index"] == "1")
            #expect(store.now.statuses[pod.uid]?[.initialiser].state == .terminated(code: 0))
            #expect(probe.asked.first == "/live")
        }
    }

    @Test("restarts a database at once that was killed, and counts it")
    func restart() async throws {
        let kubelet = try kubelet()
        try await run(kubelet) {
            let first = try await pid(.database, of: kubelet)
            kill(first, SIGKILL)
            #expect(
                await eventually {
                    let now = await kubelet.processes[.database]?.pid
                    return now != nil && now != first
                })
            #expect(await eventually { await kubelet.status[.database].restarts == 1 })
            #expect(store.now.created.count == 1)
        }
    }

    @Test("does not start the database before init has succeeded")
    func initFirst() async throws {
        let kubelet = try kubelet(initialiser: ["/bin/false"])
        try await run(kubelet) {
            #expect(await eventually { await kubelet.status[.initialiser].restarts >= 1 })
            #expect(await kubelet.processes[.database] == nil)
            #expect(await kubelet.status[.database].state == .waiting(reason: "PodInitializing"))
        }
    }

    @Test("takes readiness from the agent's word")
    func readiness() async throws {
        let kubelet = try kubelet()
        probe.answer { $0.isReady = false }
        try await run(kubelet) {
            _ = try await pid(.database, of: kubelet)
            #expect(await eventually { probe.asked.contains("/ready") })
            #expect(await !kubelet.status.isReady)
            probe.answer { $0.isReady = true }
            #expect(await eventually { await kubelet.status.isReady })
        }
    }

    @Test("kills and restarts a database whose liveness fails, after its preStop")
    func liveness() async throws {
        let kubelet = try kubelet()
        try await run(kubelet) {
            let first = try await pid(.database, of: kubelet)
            probe.answer { $0.isDatabaseAlive = false }
            #expect(await eventually { await kubelet.status[.database].restarts >= 1 })
            #expect(probe.asked.contains("/database/prestop"))
            #expect(ProcessTable.entry(of: first) == nil)
        }
    }

    @Test("deletes a Pod in order, and makes a new one with another uid")
    func deletion() async throws {
        let kubelet = try kubelet()
        try await run(kubelet) {
            _ = try await pid(.database, of: kubelet)
            let old = try #require(await kubelet.pod)
            await kubelet.terminate(uid: old.uid, grace: .seconds(30))
            #expect(await eventually { store.now.removed.map(\.uid) == [old.uid] })
            #expect(await eventually { await kubelet.pod.map { $0.uid != old.uid } ?? false })
            #expect(probe.asked.contains("/database/prestop"))
            _ = try await pid(.database, of: kubelet)
        }
    }

    @Test("leaves the Pod of a lost machine at the API, not ready, and restarts the same one")
    func lostNode() async throws {
        let kubelet = try kubelet()
        try await run(kubelet) {
            let first = try await pid(.database, of: kubelet)
            let pod = try #require(await kubelet.pod)
            await kubelet.lose()
            #expect(ProcessTable.entry(of: first) == nil)
            #expect(await kubelet.processes.isEmpty)
            #expect(
                await eventually { store.now.statuses[pod.uid].map { !$0.isReady } ?? false })
            await kubelet.start()
            _ = try await pid(.database, of: kubelet)
            #expect(await kubelet.pod?.uid == pod.uid)
            #expect(store.now.created.count == 1)
        }
    }

    @Test("restarts all containers, init included, when the agent exits with code 88")
    func restartAll() async throws {
        let kubelet = try kubelet(agent: ["/usr/bin/awk", "BEGIN { exit 88 }"])
        try await run(kubelet) {
            #expect(
                await eventually {
                    probe.asked.filter { $0 == "/live" }.count >= 3
                })
            #expect(store.now.created.count == 1)
            #expect(await kubelet.status[.agent].restarts == 0)
        }
    }
}
