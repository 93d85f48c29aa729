import Glibc
import NIOCore
import NIOPosix
import ReplicationCore
import Testing

@testable import AgentHTTP

@Suite struct AgentServerTests {
    private static let impatient = ServerTimes(
        patience: .milliseconds(200), linger: .milliseconds(100))

    @Test("a connection serves one request after another")
    func keepAlive() async throws {
        try await withServer { (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            for _ in 0..<20 {
                try await client.send("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
                let response = try await client.response()
                #expect(response.status == 200)
                #expect(response.headers["connection"] == "keep-alive")
            }
            try await client.send("GET /live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            #expect(try await client.receiveAll().contains("connection: close"))
        }
    }

    @Test("HTTP/1.0 is answered and closed, unless it asks otherwise")
    func oldHTTP() async throws {
        try await withServer { (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            try await client.send("GET /live HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
            #expect(try await client.response().headers["connection"] == "keep-alive")
            try await client.send("GET /live HTTP/1.0\r\n\r\n")
            #expect(try await client.receiveAll().hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test("pipelined requests are answered in their order")
    func pipelining() async throws {
        try await withServer { (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            let targets = ["/live", "/master", "/nothing", "/state", "/replica?lag=x"]
            var requests = targets.map { "GET \($0) HTTP/1.1\r\nHost: x\r\n\r\n" }
            requests.append("GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            try await client.send(requests.joined())
            let text = try await client.receiveAll()
            let statuses = text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
            #expect(statuses == ["200", "503", "404", "200", "400", "200"])
        }
    }

    @Test(
        "a request with a body is refused before it is read",
        arguments: [
            "POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello",
            "GET /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n",
            "GET /live HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n",
            "PUT /state HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n",
        ])
    func bodies(request: String) async throws {
        try await withServer(times: AgentServerTests.impatient) {
            (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            try await client.send(request)
            let text = try await client.receiveAll()
            #expect(text.hasPrefix("HTTP/1.1 413 "))
            #expect(text.split(separator: "HTTP/1.1 ").count == 1)
        }
    }

    @Test("a refusal reaches a client that is still sending")
    func refusalArrives() async throws {
        try await withServer { (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            try await client.send(
                "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n"
                    + String(repeating: "x", count: 100_000))
            #expect(try await client.response().status == 413)
        }
    }

    @Test("a header that is too large is refused with 431", arguments: Sample.tooLarge)
    func hugeHeaders(sample: Sample) async throws {
        try await withServer(times: AgentServerTests.impatient) {
            (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            try await client.send(sample.request)
            #expect(try await client.receiveAll().hasPrefix("HTTP/1.1 431 "))
            #expect(try await server.status("/live") == 200)
        }
    }

    @Test("what is not HTTP/1.1 is refused with 400", arguments: Sample.malformed)
    func malformed(sample: Sample) async throws {
        try await withServer(times: AgentServerTests.impatient) {
            (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            try await client.send(sample.request)
            #expect(try await client.receiveAll().hasPrefix("HTTP/1.1 400 "))
            #expect(try await server.status("/live") == 200)
        }
    }

    @Test("random bytes never end the server")
    func noise() async throws {
        try await withServer(times: AgentServerTests.impatient) {
            (server: TestServer) async throws in
            var numbers = SplitMix(seed: 7)
            for _ in 0..<50 {
                let client = try RawClient(port: server.port)
                let bytes = (0..<200).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
                try await client.send("GET /" + String(decoding: bytes, as: UTF8.self) + "\r\n\r\n")
            }
            #expect(try await server.status("/live") == 200)
        }
    }

    @Test("a connection that asks nothing, or a byte at a time, is ended")
    func slow() async throws {
        try await withServer(times: AgentServerTests.impatient) {
            (server: TestServer) async throws in
            let idle = try RawClient(port: server.port)
            let slow = try RawClient(port: server.port)
            let half = try RawClient(port: server.port)
            try await half.send("GET /live HTTP/1.1\r\nHost: x\r\n")
            let drip = Task {
                for _ in 0..<1_000 {
                    try await slow.send("G")
                    try await Task.sleep(for: .milliseconds(10))
                }
            }
            #expect(try await idle.receiveAll() == "")
            #expect(try await half.receiveAll() == "")
            _ = try await slow.receiveAll()
            drip.cancel()
        }
    }

    @Test("a client that asks on and on and never reads is ended, and costs little")
    func deaf() async throws {
        var health = Fixture.replica()
        health.report.peers = (0..<20).map { Fixture.member("db-\($0)") }
        try await withServer(health, times: AgentServerTests.impatient) {
            (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            // More than all buffers between the two take: it ends when the connection does.
            let outcome = try await client.send(
                String(repeating: "GET /state HTTP/1.1\r\nHost: x\r\n\r\n", count: 500_000))
            #expect(outcome == ECONNRESET || outcome == EPIPE)
            #expect(try await server.status("/live") == 200)
        }
    }

    @Test("of 200 connections the newest are served, and those that waited longest are ended")
    func crowd() async throws {
        try await withServer { (server: TestServer) async throws in
            var clients: [RawClient] = []
            for _ in 0..<200 {
                let client = try RawClient(port: server.port)
                try await client.send("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().status == 200)
                clients.append(client)
            }
            for client in clients.prefix(200 - Limits.connections) {
                #expect(try await client.receiveAll() == "")
            }
            for client in clients.suffix(Limits.connections) {
                try await client.send("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
                #expect(try await client.response().status == 200)
            }
        }
    }

    @Test("connections that were refused and stay do not keep others out")
    func refusedCrowd() async throws {
        let times = ServerTimes(patience: .seconds(30), linger: .seconds(30))
        try await withServer(times: times) { server in
            var clients: [RawClient] = []
            for _ in 0..<Limits.connections {
                let client = try RawClient(port: server.port)
                try await client.send("nonsense\r\n\r\n")
                #expect(try await client.response().status == 400)
                clients.append(client)
            }
            #expect(try await server.status("/live") == 200)
            #expect(clients.count == Limits.connections)
        }
    }

    @Test("a port that is taken is an error that names it")
    func taken() async throws {
        try await withServer { (server: TestServer) async throws in
            let error = await #expect(throws: AgentServerError.self) {
                _ = try await AgentServer.start(
                    address: "127.0.0.1", port: server.port, board: server.board,
                    clock: { .start }, prestopLimit: .seconds(1), prestop: {},
                    promise: PromiseService(key: AgentKey("key")) { _ in },
                    on: MultiThreadedEventLoopGroup.singleton.any())
            }
            #expect(error?.description.contains("port \(server.port)") == true)
        }
    }

    @Test("closing ends all connections and frees the port")
    func close() async throws {
        try await withServer { (server: TestServer) async throws in
            let client = try RawClient(port: server.port)
            try await client.send("GET /live HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(try await client.response().status == 200)
            let port = server.port
            await server.server.close()
            #expect(try await client.receiveAll() == "")
            #expect(throws: RawClient.Failure.self) { try RawClient(port: port) }
        }
    }
}

/// A small generator of numbers that are the same in every run.
struct SplitMix: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}
