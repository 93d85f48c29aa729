import JSON
import Testing

@testable import Playground

@Suite("a Pod at the API server")
struct PodObjectTests {
    private let objects = ObjectStore()

    private func store() throws -> APIPodStore {
        try objects.create(["metadata": ["name": "default"]], as: .namespaces, in: "")
        return APIPodStore(objects: objects)
    }

    private let record = PodRecord(
        name: "db-1", ordinal: 1, address: "127.1.2.3", node: "node-1", cluster: "db")

    private var view: PodView? {
        objects.get(.pods, named: "db-1", in: "default").flatMap(PodView.init)
    }

    @Test("shows address, readiness and restarts as the kubelet reports them")
    func report() async throws {
        let store = try store()
        let pod = try await store.create(record)
        #expect(!pod.uid.isEmpty)
        #expect(view?.uid == pod.uid)
        #expect(view?.isReady == false)
        var status = PodStatus()
        status[.initialiser].state = .terminated(code: 0)
        status[.database].state = .running(since: "2026-01-01T00:00:00Z")
        status[.database].isReady = true
        status[.database].restarts = 3
        try await store.report(status, of: pod)
        #expect(view?.isReady == true)
        #expect(view?.address == "127.1.2.3")
        let containers = objects.get(.pods, named: "db-1", in: "default")?["status"]?[
            "containerStatuses"]?.array
        #expect(containers?.first?["restartCount"]?.integer == 3)
    }

    @Test("keeps labels that others wrote when the kubelet reports")
    func labels() async throws {
        let store = try store()
        let pod = try await store.create(record)
        try objects.patch(
            .pods, named: "db-1", in: "default", with: ["metadata": ["labels": ["role": "master"]]])
        try await store.report(PodStatus(), of: pod)
        #expect(view?.labels["role"] == "master")
        #expect(view?.labels["app.kubernetes.io/instance"] == "db")
    }

    @Test("stays, terminating, until the kubelet takes it away")
    func deletion() async throws {
        let store = try store()
        let pod = try await store.create(record)
        try objects.delete(.pods, named: "db-1", in: "default")
        #expect(view?.isTerminating == true)
        #expect(view?.graceSeconds == 30)
        try await store.remove(pod)
        #expect(view == nil)
        try await store.remove(pod)
    }

    @Test("is not reported on when another one has taken its place")
    func replaced() async throws {
        let store = try store()
        var old = try await store.create(record)
        old.uid = "another"
        await #expect(throws: (any Error).self) {
            try await store.report(PodStatus(), of: old)
        }
    }
}
