import FakeServers
import FoundationEssentials
import HTTPClient
import JSON
import KubernetesClient
import NIOPosix
import Playground
import Testing

@Suite("Faults of watches", .timeLimit(.minutes(1)))
struct WatchFaultTests {
    private static let quick = WatchTiming(
        idleTimeout: .milliseconds(400), duration: .seconds(30))

    private func text(_ event: WatchEvent<Lease>) -> String {
        switch event {
        case .snapshot(let leases): "snapshot \(leases.map { $0.spec.leaseTransitions ?? 0 })"
        case .changed(let lease): "changed \(lease.spec.leaseTransitions ?? 0)"
        case .removed(let lease): "removed \(lease.spec.leaseTransitions ?? 0)"
        case .disconnected: "disconnected"
        }
    }

    @Test("a watch that falls silent is noticed, and comes back with all there is")
    func silentHang() async throws {
        try await StandIn.with { standIn in
            var lease = try await standIn.api.createLease("cluster")
            var told: [String] = []
            for await event in standIn.client.watchLease(named: "cluster", timing: Self.quick) {
                if told.last != text(event) { told.append(text(event)) }
                switch told {
                case ["snapshot [1]"]: try await standIn.server.setOutage(.hanging)
                case ["snapshot [1]", "disconnected"]:
                    lease.spec.leaseTransitions = 2
                    try standIn.server.store.replace(
                        lease.json, as: .leases, named: "cluster", in: "default")
                    try await standIn.server.setOutage(nil)
                default: break
                }
                if told.last == "snapshot [2]" { break }
            }
            #expect(told == ["snapshot [1]", "disconnected", "snapshot [2]"])
        }
    }

    @Test("a server that goes away and comes back is told, and nothing is missed")
    func restart() async throws {
        try await StandIn.with { standIn in
            var lease = try await standIn.api.createLease("cluster")
            var told: [String] = []
            for await event in standIn.client.watchLease(named: "cluster") {
                if told.last != text(event) { told.append(text(event)) }
                if told.count == 1 { try await standIn.server.setOutage(.refused) }
                if told.count == 2, told.last == "disconnected", lease.spec.leaseTransitions == 1 {
                    lease.spec.leaseTransitions = 2
                    try standIn.server.store.replace(
                        lease.json, as: .leases, named: "cluster", in: "default")
                    try await standIn.server.setOutage(nil)
                }
                if told.count == 3 { break }
            }
            #expect(told == ["snapshot [1]", "disconnected", "snapshot [2]"])
        }
    }

    @Test("a watch from a version that is forgotten is told that it is gone")
    func gone() async throws {
        try await StandIn.with { standIn in
            let lease = try await standIn.api.createLease("cluster")
            let version = try #require(lease.metadata.resourceVersion)
            _ = try await standIn.api.createLease("other")
            let path = "\(standIn.api.leases)?watch=1&timeoutSeconds=1&resourceVersion=\(version)"
            let before = try await standIn.api.raw("GET", path).json
            #expect(before["type"] == "ADDED")
            standIn.server.store.compact()
            let after = try await standIn.api.raw("GET", path).json
            #expect(after["type"] == "ERROR")
            #expect(after["object"]?["code"] == 410)
        }
    }

    @Test("bookmarks keep a quiet watch's version young")
    func bookmarks() async throws {
        try await StandIn.with(bookmarkInterval: .milliseconds(200)) { standIn in
            var lease = try await standIn.api.createLease("cluster")
            let timing = WatchTiming(idleTimeout: .seconds(10), duration: .seconds(1))
            var told: [String] = []
            for await event in standIn.client.watchLease(named: "cluster", timing: timing) {
                told.append(text(event))
                if told.count == 1 {
                    _ = try await standIn.api.createLease("other")
                    // Whether the first watch has begun by now or not: the last of these begins
                    // after what is forgotten only if a bookmark said so.
                    try await standIn.waitForWatches(1)
                    standIn.server.store.compact()
                    try await standIn.waitForWatches(2)
                    lease.spec.leaseTransitions = 2
                    try standIn.server.store.replace(
                        lease.json, as: .leases, named: "cluster", in: "default")
                }
                if told.count == 2 { break }
            }
            #expect(told == ["snapshot [1]", "changed 2"])
        }
    }

    @Test("a reader of Pods that falls far behind ends with what is true")
    func slowReader() async throws {
        try await StandIn.with { standIn in
            _ = try await standIn.api.createPod("pod", labels: ["app": "a", "step": "0"])
            let stream = standIn.client.watchPods(selector: "app=a")
            var iterator = stream.makeAsyncIterator()
            _ = await iterator.next()
            for step in 1...300 {
                try standIn.server.store.patch(
                    .pods, named: "pod", in: "default",
                    with: ["metadata": ["labels": ["step": .string(String(step))]]])
            }
            var last = ""
            while last != "300", let event = await iterator.next() {
                switch event {
                case .snapshot(let pods): last = pods.first?.metadata.labels["step"] ?? ""
                case .changed(let pod): last = pod.metadata.labels["step"] ?? ""
                case .removed, .disconnected: break
                }
            }
            #expect(last == "300")
        }
    }

    @Test("a stream that is dropped ends its watch")
    func dropped() async throws {
        try await StandIn.with { standIn in
            for await _ in standIn.client.watchPods(selector: "app=a") { break }
            // Were it still there, the server could not stop in time.
            try await standIn.server.setOutage(.refused)
        }
    }

    @Test(
        "nonsense in a watch makes a new list",
        arguments: [
            #"{"type":"ADDED","object":{"metad"# + "\n", "garbage\n", "{}\n",
            #"{"type":"NEW","object":{}}"#,
            #"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"# + "\n",
        ])
    func nonsense(line: String) async throws {
        let list = #"{"kind":"LeaseList","metadata":{"resourceVersion":"5"},"items":[]}"#
        let body = "\(String(line.utf8.count, radix: 16))\r\n\(line)\r\n"
        let script: @Sendable (FakeServer.Request) -> [FakeServer.Action] = { request in
            request.text.contains("watch=1")
                ? [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(body)0\r\n\r\n")]
                : [.send("HTTP/1.1 200 OK\r\nContent-Length: \(list.utf8.count)\r\n\r\n\(list)")]
        }
        try await FakeServer.with(script: script) { server in
            var told: [String] = []
            for await event in try client(of: server).watchLease(named: "cluster") {
                told.append(text(event))
                if told.count == 4 { break }
            }
            #expect(told == ["snapshot []", "disconnected", "snapshot []", "disconnected"])
        }
    }

    @Test("a server that ends each watch at once is not asked without a pause")
    func endsAtOnce() async throws {
        let list = #"{"kind":"LeaseList","metadata":{"resourceVersion":"5"},"items":[]}"#
        let script: @Sendable (FakeServer.Request) -> [FakeServer.Action] = { request in
            request.text.contains("watch=1")
                ? [.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
                : [.send("HTTP/1.1 200 OK\r\nContent-Length: \(list.utf8.count)\r\n\r\n\(list)")]
        }
        try await FakeServer.with(script: script) { server in
            let stream = try client(of: server).watchLease(named: "cluster")
            let task = Task { for await _ in stream {} }
            let start = ContinuousClock.now
            // One for the lists, and one for each watch.
            while server.connections < 6 { try await Task.sleep(for: .milliseconds(5)) }
            task.cancel()
            // Four pauses, each at least half of 100 ms, 200 ms, 400 ms, 800 ms.
            #expect(.now - start >= .milliseconds(700))
        }
    }

    @Test(
        "an answer that is no object is a bad response; a broken one is of unknown outcome",
        arguments: [
            (
                "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n{\"a\"",
                KubernetesError.Code.badResponse
            ),
            ("HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{\"a\"", .unknownOutcome),
            ("garbage\r\n\r\n", .unknownOutcome),
            ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 6\r\n\r\n<html>", .server),
        ])
    func badAnswers(answer: String, code: KubernetesError.Code) async throws {
        try await FakeServer.with(script: { _ in [.send(answer), .close] }) { server in
            let client = try client(of: server)
            let lease = Lease(
                metadata: ObjectMetadata(name: "cluster", uid: "u", resourceVersion: "1"))
            do throws(KubernetesError) {
                _ = try await client.updateLease(lease, timeout: .seconds(5))
                Issue.record("it was accepted")
            } catch {
                #expect(error.code == code)
            }
        }
    }

    private func client(of server: FakeServer) throws -> KubernetesClient {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "understudy-" + UUID().uuidString)
        try Data("token".utf8).write(to: file)
        return KubernetesClient(
            configuration: KubernetesConfiguration(
                endpoint: HTTPEndpoint(host: "127.0.0.1", port: server.port),
                tokenFile: file.path(), namespace: "default"),
            group: MultiThreadedEventLoopGroup.singleton)
    }
}
