import FoundationEssentials
import HTTPClient
import KubernetesClient
import NIOPosix
import Playground
import Testing

@Suite("Faults of the API", .timeLimit(.minutes(1)))
struct FaultTests {
    private static let short = Duration.seconds(1)

    private func write(_ text: String, to name: String, of standIn: StandIn) throws {
        try Data(text.utf8).write(to: URL(filePath: standIn.directory + "/" + name))
    }

    private func read(_ standIn: StandIn, _ timeout: Duration = .seconds(5)) async
        -> KubernetesError.Code?
    {
        await standIn.api.code { () async throws(KubernetesError) in
            _ = try await standIn.client.lease(named: "cluster", timeout: timeout)
        }
    }

    private func update(
        _ lease: Lease, _ standIn: StandIn, _ timeout: Duration = .seconds(5)
    ) async -> KubernetesError.Code? {
        await standIn.api.code { () async throws(KubernetesError) in
            _ = try await standIn.client.updateLease(lease, timeout: timeout)
        }
    }

    @Test("a token that rotates costs no error; a stale one is told")
    func tokenRotates() async throws {
        try await StandIn.with { standIn in
            #expect(await read(standIn) == nil)
            standIn.server.setTokens(["new"])
            #expect(await read(standIn) == .unauthorized)
            try write("new\n", to: "token", of: standIn)
            #expect(await read(standIn) == nil)
            // As the kubelet does it: the new file is there before the old token is refused.
            try write("newer\n", to: "token", of: standIn)
            standIn.server.setTokens(["newer"])
            #expect(await read(standIn) == nil)
        }
    }

    @Test("another authority is refused, and trusted once the file says so")
    func authorityChanges() async throws {
        try await StandIn.with { standIn in
            try await StandIn.with { other in
                let ours = try String(
                    contentsOfFile: standIn.directory + "/ca.crt", encoding: .utf8)
                let theirs = try String(
                    contentsOfFile: other.directory + "/ca.crt", encoding: .utf8)
                try write(theirs, to: "ca.crt", of: standIn)
                #expect(await read(standIn) == .unreachable)
                try write(ours, to: "ca.crt", of: standIn)
                #expect(await read(standIn) == nil)
            }
        }
    }

    @Test("an API that hangs: a read did nothing, a write may have happened, then all is well")
    func hanging() async throws {
        try await StandIn.with { standIn in
            let lease = try await standIn.api.createLease("cluster")
            try await standIn.server.setOutage(.hanging)
            #expect(await read(standIn, Self.short) == .unreachable)
            let code = await update(lease, standIn, .seconds(3))
            #expect(code == .unknownOutcome)
            try await standIn.server.setOutage(nil)
            #expect(await update(lease, standIn) == nil)
        }
    }

    @Test("an API that refuses connections: nothing was sent, then all is well")
    func refused() async throws {
        try await StandIn.with { standIn in
            var lease = try await standIn.api.createLease("cluster")
            try await standIn.server.setOutage(.refused)
            #expect(await update(lease, standIn) == .unreachable)
            try await standIn.server.setOutage(nil)
            lease.spec.leaseTransitions = 7
            #expect(await update(lease, standIn) == nil)
        }
    }

    @Test("a write whose answer is lost is of unknown outcome, and was applied here")
    func answerLost() async throws {
        try await StandIn.with { standIn in
            var lease = try await standIn.api.createLease("cluster")
            lease.spec.leaseTransitions = 2
            try await standIn.server.setOutage(.answersLost)
            #expect(await update(lease, standIn) == .unknownOutcome)
            let stored = try await standIn.client.lease(named: "cluster", timeout: .seconds(5))
            #expect(stored?.spec.leaseTransitions == 2)
            #expect(stored?.metadata.uid == lease.metadata.uid)
        }
    }

    @Test("an answer that comes after the deadline does not count, though the write does")
    func slow() async throws {
        try await StandIn.with { standIn in
            var lease = try await standIn.api.createLease("cluster")
            lease.spec.leaseTransitions = 2
            try await standIn.server.setOutage(.slow(.milliseconds(1500)))
            #expect(await update(lease, standIn, Self.short) == .unknownOutcome)
            try await standIn.server.setOutage(nil)
            let code = await update(lease, standIn)
            #expect(code == .conflict || code == nil)
        }
    }

    @Test(
        "status codes are told apart",
        arguments: [
            (500, KubernetesError.Code.server), (503, .server), (504, .server), (403, .forbidden),
            (429, .tooManyRequests(retryAfter: .seconds(7))), (410, .gone), (400, .invalid),
        ])
    func statusCodes(status: Int, code: KubernetesError.Code) async throws {
        try await StandIn.with { standIn in
            try await standIn.server.setOutage(
                .status(status, retryAfter: status == 429 ? 7 : nil))
            #expect(await read(standIn) == code)
        }
    }

    @Test("what may have been applied is known by the error")
    func mayHaveBeenApplied() {
        let unclear: [KubernetesError.Code] = [.unknownOutcome, .server, .badResponse]
        let clear: [KubernetesError.Code] = [
            .conflict, .unreachable, .unauthorized, .forbidden, .tooManyRequests(retryAfter: nil),
        ]
        for code in unclear { #expect(KubernetesError(code, "").mayHaveBeenApplied) }
        for code in clear { #expect(!KubernetesError(code, "").mayHaveBeenApplied) }
    }

    @Test("Lease requests do not wait for the others")
    func ownConnection() async throws {
        try await StandIn.with { standIn in
            _ = try await standIn.api.createLease("cluster")
            try await standIn.server.setOutage(.hanging)
            let slow = Task { try await standIn.client.pods(selector: "a", timeout: .seconds(30)) }
            #expect(await read(standIn, Self.short) == .unreachable)
            try await standIn.server.setOutage(nil)
            #expect(await read(standIn) == nil)
            slow.cancel()
        }
    }

    @Test(
        "what is missing of the in-cluster configuration is named",
        arguments: ["KUBERNETES_SERVICE_HOST", "token", "ca.crt", "namespace"])
    func missingConfiguration(missing: String) async throws {
        try await StandIn.with { standIn in
            var environment = [
                "KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": "443",
            ]
            if environment.removeValue(forKey: missing) == nil {
                try FileManager.default.removeItem(atPath: standIn.directory + "/" + missing)
            }
            do throws(KubernetesError) {
                _ = try KubernetesConfiguration.inCluster(
                    environment: environment, serviceAccountDirectory: standIn.directory)
                Issue.record("it was accepted")
            } catch {
                #expect(error.code == .configuration)
                #expect(error.message.contains(missing))
            }
        }
    }
}
