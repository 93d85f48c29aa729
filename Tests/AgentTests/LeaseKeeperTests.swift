import FoundationEssentials
import HTTPClient
import KubernetesClient
import Logging
import NIOPosix
import Playground
import ReplicationCore
import Synchronization
import Testing

@testable import Agent

@Suite struct LeaseKeeperTests {
    /// What the keeper said of requests that it did not understand.
    private final class Problems: Sendable {
        private let said = Mutex<[String]>([])
        var count: Int { said.withLock { $0.count } }
        func note(_ problem: String) { said.withLock { $0.append(problem) } }
    }

    private let problems = Problems()
    /// Patient: a busy machine may take long over a first TLS handshake.
    private let timing: Timing = {
        var timing = Profile.fast.timing
        timing.requestTimeout = .seconds(4)
        return timing
    }()

    /// Runs a test against an API server of its own.
    private func withKeeper(
        _ test: (LeaseKeeper, KubernetesClient, KubernetesAPIServer) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "understudy-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { removeFolder(folder) }
        let certificates = try await PlaygroundCertificates.create(
            in: folder.path, addresses: ["127.0.0.1"])
        try Data("secret".utf8).write(to: folder.appending(path: "token"))
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try KubernetesAPIServer(
            address: "127.0.0.1", port: 0, certificates: certificates, tokens: ["secret"],
            group: group)
        try await server.start()
        let client = KubernetesClient(
            configuration: KubernetesConfiguration(
                endpoint: HTTPEndpoint(
                    host: "127.0.0.1", port: server.port,
                    tls: HTTPTLS(trustRoots: certificates.authority)),
                tokenFile: folder.appending(path: "token").path, namespace: "default"),
            group: group)
        let keeper = LeaseKeeper(
            client: client, name: "pg", timing: timing, logger: Logger(label: "test"),
            noteMalformed: { [problems] in problems.note($0) })
        do {
            try await test(keeper, client, server)
        } catch {
            Issue.record(error)
        }
        await client.close()
        await server.stop()
    }

    private func removeFolder(_ folder: URL) {
        do {
            try FileManager.default.removeItem(at: folder)
        } catch {
            Issue.record(error)
        }
    }

    private func write(_ holder: String, _ term: Term, over value: LeaseValue?) -> LeaseWrite {
        LeaseWrite(
            expecting: value.map { .init(uid: $0.uid, resourceVersion: $0.resourceVersion) },
            holder: holder, term: term, duration: .seconds(11),
            record: ClusterRecord(mode: .quorum, members: ["pg-0"]))
    }

    private func written(_ events: [Event]) -> LeaseValue? {
        for event in events {
            if case .leaseWritten(let value, _) = event { return value }
        }
        return nil
    }

    private func failure(_ events: [Event]) -> LeaseWriteFailure? {
        for event in events {
            if case .leaseWriteFailed(let failure) = event { return failure }
        }
        return nil
    }

    @Test("a Lease is created once, renewed with its version, and keeps what others wrote")
    func createAndRenew() async throws {
        try await withKeeper { keeper, client, _ in
            let first = try #require(written(await keeper.write(write("pg-0_a", 1, over: nil))))
            #expect(first.holder == "pg-0_a" && first.term == 1)
            #expect(failure(await keeper.write(write("pg-0_a", 1, over: nil))) == .conflict)

            var lease = try #require(
                try await client.lease(named: "pg", timeout: .seconds(2)))
            lease.metadata.annotations["understudy.dev/switchover"] = "pg-1"
            _ = try await client.updateLease(lease, timeout: .seconds(2))
            let stale = await keeper.write(write("pg-0_a", 1, over: first))
            #expect(failure(stale) == .conflict)

            guard case .leaseObserved(let seen) = await keeper.read() else {
                Issue.record("the Lease could not be read")
                return
            }
            let renewed = await keeper.write(write("pg-0_a", 1, over: seen))
            #expect(written(renewed)?.isSameHold(as: first) == false)
            let after = try #require(try await client.lease(named: "pg", timeout: .seconds(2)))
            #expect(after.metadata.annotations["understudy.dev/switchover"] == "pg-1")
            #expect(after.spec.leaseDurationSeconds == 11)
        }
    }

    @Test("what people ask for is read, kept through writes, and removed when it is answered")
    func requests() async throws {
        try await withKeeper { keeper, client, _ in
            _ = await keeper.write(write("pg-0_a", 1, over: nil))
            var lease = try #require(try await client.lease(named: "pg", timeout: .seconds(4)))
            lease.metadata.annotations["understudy.dev/paused"] = "true"
            lease.metadata.annotations["understudy.dev/switchover"] = "pg-1"
            lease.metadata.annotations["understudy.dev/force-promote"] = "pg-2/1"
            _ = try await client.updateLease(lease, timeout: .seconds(4))
            let asked = Requests(
                isPaused: true, switchover: .member("pg-1"),
                forcedPromotion: ForcedPromotion(member: "pg-2", term: 1))
            guard case .leaseObserved(let seen?) = await keeper.read() else {
                Issue.record("the Lease could not be read")
                return
            }
            #expect(seen.requests == asked)
            let renewed = try #require(written(await keeper.write(write("pg-0_a", 1, over: seen))))
            #expect(renewed.requests == asked)
            var answer = write("pg-0_a", 1, over: renewed)
            answer.answered = [.switchover]
            let answered = try #require(written(await keeper.write(answer)))
            #expect(answered.requests.switchover == nil)
            #expect(answered.requests.forcedPromotion == asked.forcedPromotion)
            answer = write("pg-0_a", 1, over: answered)
            answer.answered = [.forcedPromotion]
            _ = await keeper.write(answer)
            lease = try #require(try await client.lease(named: "pg", timeout: .seconds(4)))
            #expect(lease.metadata.annotations["understudy.dev/paused"] == "true")
            #expect(lease.metadata.annotations["understudy.dev/switchover"] == nil)
            #expect(lease.metadata.annotations["understudy.dev/force-promote"] == nil)
        }
    }

    @Test("a request that makes no sense is said once and ignored")
    func malformedRequest() async throws {
        try await withKeeper { keeper, client, _ in
            _ = await keeper.write(write("pg-0_a", 1, over: nil))
            var lease = try #require(try await client.lease(named: "pg", timeout: .seconds(4)))
            lease.metadata.annotations["understudy.dev/force-promote"] = "pg-2"
            _ = try await client.updateLease(lease, timeout: .seconds(4))
            for _ in 0..<2 {
                guard case .leaseObserved(let seen?) = await keeper.read() else {
                    Issue.record("the Lease could not be read")
                    return
                }
                #expect(seen.requests == Requests())
            }
            #expect(problems.count == 1)
        }
    }

    @Test("a late message of the watch does not take back what was written since")
    func lateWatch() async throws {
        try await withKeeper { keeper, client, _ in
            let first = try #require(written(await keeper.write(write("pg-0_a", 1, over: nil))))
            let old = try #require(try await client.lease(named: "pg", timeout: .seconds(4)))
            let second = try #require(written(await keeper.write(write("pg-0_a", 1, over: first))))
            _ = keeper.translate(old)
            #expect(written(await keeper.write(write("pg-0_a", 1, over: second))) != nil)
        }
    }

    @Test("of two writers of one version one wins")
    func race() async throws {
        try await withKeeper { keeper, client, _ in
            let first = try #require(written(await keeper.write(write("", 0, over: nil))))
            let other = LeaseKeeper(
                client: client, name: "pg", timing: timing, logger: Logger(label: "test"),
                noteMalformed: { Issue.record("\($0)") })
            _ = await other.read()
            async let left = keeper.write(write("pg-0_a", 1, over: first))
            async let right = other.write(write("pg-1_b", 1, over: first))
            let outcomes = [written(await left), written(await right)].compactMap { $0 }
            #expect(outcomes.count == 1)
        }
    }

    @Test("a silent API makes the outcome unknown, a closed one does not")
    func outage() async throws {
        try await withKeeper { keeper, _, server in
            let first = try #require(written(await keeper.write(write("pg-0_a", 1, over: nil))))
            try await server.setOutage(.hanging)
            #expect(failure(await keeper.write(write("pg-0_a", 1, over: first))) == .unknownOutcome)
            try await server.setOutage(.refused)
            #expect(failure(await keeper.write(write("pg-0_a", 1, over: first))) == .notApplied)
        }
    }
}
