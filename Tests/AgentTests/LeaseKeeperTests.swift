import FoundationEssentials
import HTTPClient
import KubernetesClient
import Logging
import NIOPosix
import Playground
import ReplicationCore
import Testing

@testable import Agent

@Suite struct LeaseKeeperTests {
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
            client: client, name: "pg", timing: timing, logger: Logger(label: "test"))
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

    @Test("of two writers of one version one wins")
    func race() async throws {
        try await withKeeper { keeper, client, _ in
            let first = try #require(written(await keeper.write(write("", 0, over: nil))))
            let other = LeaseKeeper(
                client: client, name: "pg", timing: timing, logger: Logger(label: "test"))
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
