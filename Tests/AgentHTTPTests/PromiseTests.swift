import FoundationEssentials
import NIOCore
import NIOPosix
import ReplicationCore
import Synchronization
import Testing

@testable import AgentHTTP

@Suite struct PromiseTests {
    private static let request = PromiseRequest(
        term: 7, holder: "db-0_uid-0", purpose: .failsafe)

    /// What the agent was asked for.
    private final class Asked: Sendable {
        private let list = Mutex<[PromiseRequest]>([])
        var requests: [PromiseRequest] { list.withLock { $0 } }
        func note(_ request: PromiseRequest) { list.withLock { $0.append(request) } }
    }

    private func with(
        _ body: (TestServer, Asked) async throws -> Void
    ) async throws {
        let asked = Asked()
        let service = PromiseService(key: AgentKey("key")) { asked.note($0) }
        try await withServer(promise: service) { (server: TestServer) async throws in
            try await body(server, asked)
        }
    }

    private func client(
        _ server: TestServer, key: String = "key", cluster: String = "db", clock: Int64 = 1
    ) -> PromiseClient {
        PromiseClient(
            host: "127.0.0.1", port: server.port, member: "db-1", cluster: cluster,
            key: AgentKey(key), clock: { Instant(nanoseconds: clock) }, timeout: .seconds(30),
            group: MultiThreadedEventLoopGroup.singleton)
    }

    private func call(
        epoch: String = "", sequence: UInt64 = 1,
        changedBy change: (inout PromiseCall) -> Void = { _ in }
    ) throws -> String {
        var call = PromiseCall(
            cluster: "db", to: "db-1", request: Self.request, epoch: epoch, sequence: sequence)
        change(&call)
        return String(decoding: try JSONEncoder().encode(call), as: UTF8.self)
    }

    private func post(
        _ body: String, to server: TestServer, key: String = "key", method: String = "POST",
        path: String = "/promise", signedPath: String = "/promise"
    ) async throws -> RawResponse {
        let signature = AgentKey(key).signature(
            of: PromiseCall.signed(method: "POST", path: signedPath, body: Array(body.utf8)))
        return try await server.request(
            method, path,
            headers: "Content-Length: \(body.utf8.count)\r\nunderstudy-signature: \(signature)\r\n",
            body: body)
    }

    /// The epoch of the server's run, as it tells whoever does not know it.
    private func epoch(of server: TestServer) async throws -> String {
        let response = try await post(try call(), to: server)
        #expect(response.status == 409)
        return try JSONDecoder().decode(PromiseRepetition.self, from: Data(response.body.utf8))
            .epoch
    }

    @Test("a member's request reaches the agent, and its report comes back")
    func asked() async throws {
        try await with { server, asked in
            let client = client(server)
            for _ in 0..<3 {
                #expect(await client.ask(Self.request) == .success(Fixture.member()))
            }
            #expect(asked.requests == [Self.request, Self.request, Self.request])
            await client.close()
        }
    }

    @Test("the report is the one that is published when the agent has done what was asked")
    func afterwards() async throws {
        let board = Mutex<HealthBoard?>(nil)
        var promised = Fixture.replica()
        promised.report.failsafe = Self.request
        let service = PromiseService(key: AgentKey("key")) { [promised] _ in
            board.withLock { $0 }?.publish(promised)
        }
        try await withServer(promise: service) { (server: TestServer) async throws in
            board.withLock { $0 = server.board }
            let client = client(server)
            #expect(await client.ask(Self.request) == .success(promised.report))
            await client.close()
        }
    }

    @Test("an agent that takes too long is cancelled, and what it has is answered")
    func slow() async throws {
        var service = PromiseService(key: AgentKey("key")) { _ in
            do {
                try await Task.sleep(for: .seconds(3600))
            } catch {
                return
            }
        }
        service.limit = .milliseconds(50)
        try await withServer(promise: service) { (server: TestServer) async throws in
            let client = client(server)
            #expect(await client.ask(Self.request) == .success(Fixture.member()))
            await client.close()
        }
    }

    @Test("who has another key is refused, and nothing happens")
    func otherKey() async throws {
        try await with { server, asked in
            let client = client(server, key: "other")
            #expect(await client.ask(Self.request) == .failure(.refused(status: 403)))
            let call = try call()
            #expect(try await post(call, to: server, key: "").status == 403)
            #expect(try await post(call, to: server, signedPath: "/fence").status == 403)
            let unsigned = try await server.request(
                "POST", "/promise", headers: "Content-Length: 2\r\n", body: "{}")
            #expect(unsigned.status == 403)
            #expect(try await server.request("POST", "/promise").status == 403)
            #expect(asked.requests == [])
            await client.close()
        }
    }

    @Test("a signed request for somebody else is refused")
    func misdirected() async throws {
        try await with { server, asked in
            let changes: [(inout PromiseCall) -> Void] = [
                { $0.cluster = "other" }, { $0.to = "db-2" }, { $0.from = "db-2_uid-2" },
            ]
            for change in changes {
                let response = try await post(try call(changedBy: change), to: server)
                #expect(response.status == 403)
            }
            #expect(asked.requests == [])
        }
    }

    @Test("a signed body that makes no sense is malformed")
    func malformed() async throws {
        try await with { server, asked in
            let bodies = [
                "", "{}", "hello", try call(changedBy: { $0.request.term = -1 }),
                try call(changedBy: { $0.sequence = .max }), try call(changedBy: { $0.nonce = "" }),
                try call(changedBy: { $0.request.holder = "db\n0" }),
            ]
            for body in bodies {
                #expect(try await post(body, to: server).status == 400, "\(body)")
            }
            #expect(asked.requests == [])
        }
    }

    @Test("a body that is too large, or of unknown length, is not read")
    func large() async throws {
        try await with { server, _ in
            let body = String(repeating: "x", count: Limits.promiseBytes + 1)
            #expect(try await post(body, to: server).status == 413)
            let chunked = try await server.request(
                "POST", "/promise", headers: "Transfer-Encoding: chunked\r\n",
                body: "2\r\n{}\r\n0\r\n\r\n")
            #expect(chunked.status == 411)
            #expect(try await server.request("GET", "/promise").status == 405)
        }
    }

    @Test("a recorded request is not taken a second time, nor by a later run of the agent")
    func replay() async throws {
        var recorded = ""
        try await with { server, asked in
            recorded = try call(epoch: try await epoch(of: server), sequence: 5)
            #expect(try await post(recorded, to: server).status == 200)
            #expect(try await post(recorded, to: server).status == 409)
            let earlier = try call(epoch: try await epoch(of: server), sequence: 4)
            #expect(try await post(earlier, to: server).status == 409)
            #expect(asked.requests == [Self.request])
        }
        try await with { server, asked in
            let later = try await post(recorded, to: server)
            #expect(later.status == 409)
            #expect(asked.requests == [])
        }
    }

    @Test("an asker whose clock began anew goes on behind its last request")
    func clockBeganAnew() async throws {
        try await with { server, asked in
            let before = client(server, clock: 1_000_000)
            #expect(await before.ask(Self.request) == .success(Fixture.member()))
            let after = client(server, clock: 5)
            #expect(await after.ask(Self.request) == .success(Fixture.member()))
            #expect(asked.requests.count == 2)
            await before.close()
            await after.close()
        }
    }

    @Test("a forgotten asker cannot be used for a repetition")
    func forgotten() throws {
        var history = CallHistory()
        let first = PromiseCall(
            cluster: "db", to: "db-1", request: Self.request, epoch: history.epoch, sequence: 9)
        var isTaken = history.take(first)
        #expect(isTaken)
        for index in 0..<Limits.knownAskers {
            var call = first
            call.from = "db-\(index)_uid"
            call.sequence = 10
            isTaken = history.take(call)
            #expect(isTaken)
        }
        isTaken = history.take(first)
        #expect(!isTaken)
        #expect(history.next(for: first.from).last == 9)
    }

    @Test("an answer that is not signed, or to another question, is not believed")
    func answers() async throws {
        try await with { server, _ in
            let old = try await post(
                try call(epoch: try await epoch(of: server), sequence: 5), to: server)
            let signature = try #require(old.headers["understudy-signature"])
            for header in ["", "understudy-signature: \(signature)\r\n"] {
                let answer =
                    "HTTP/1.1 200 OK\r\n\(header)Content-Length: \(old.body.utf8.count)\r\n\r\n"
                try await withAnswer(answer + old.body) { port in
                    let client = PromiseClient(
                        host: "127.0.0.1", port: port, member: "db-1", cluster: "db",
                        key: AgentKey("key"), clock: { .start }, timeout: .seconds(30),
                        group: MultiThreadedEventLoopGroup.singleton)
                    #expect(await client.ask(Self.request) == .failure(.unsigned))
                    await client.close()
                }
            }
        }
    }

    @Test("signatures are HMAC-SHA256")
    func vector() {
        // RFC 4231, test case 2.
        let key = AgentKey("Jefe")
        let message = Array("what do ya want for nothing?".utf8)
        let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        #expect(key.signature(of: message) == expected)
        #expect(key.isSignature(expected, of: message))
        #expect(!key.isSignature(expected.uppercased(), of: message))
        #expect(!key.isSignature(String(expected.dropLast(2)), of: message))
        key.replace(with: "another")
        #expect(!key.isSignature(expected, of: message))
    }
}
