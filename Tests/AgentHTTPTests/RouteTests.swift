import FoundationEssentials
import ReplicationCore
import Testing

@testable import AgentHTTP

@Suite struct RouteTests {
    static let routes = [
        "/live", "/ready", "/database/alive", "/", "/primary", "/master", "/replica", "/health",
    ]

    private func statuses(_ server: TestServer) async throws -> [String: Int] {
        var statuses: [String: Int] = [:]
        for route in RouteTests.routes {
            statuses[route] = try await server.status(route)
        }
        return statuses
    }

    private func expected(ok: Set<String>) -> [String: Int] {
        Dictionary(
            uniqueKeysWithValues: RouteTests.routes.map { ($0, ok.contains($0) ? 200 : 503) })
    }

    @Test("a streaming replica is live, ready and a replica, and no master")
    func replica() async throws {
        try await withServer(Fixture.replica()) { (server: TestServer) async throws in
            let ok: Set = ["/live", "/ready", "/database/alive", "/replica", "/health"]
            #expect(try await statuses(server) == expected(ok: ok))
        }
    }

    @Test("a master is that until its Lease runs out, without a new publication")
    func master() async throws {
        try await withServer(Fixture.master()) { (server: TestServer) async throws in
            let ok: Set = [
                "/live", "/ready", "/database/alive", "/", "/primary", "/master", "/health",
            ]
            server.clock.advance(by: .milliseconds(6_999))
            #expect(try await statuses(server) == expected(ok: ok))
            server.clock.advance(by: .milliseconds(1))
            #expect(try await statuses(server) == expected(ok: ["/live", "/health"]))
            let body = try await server.request("GET", "/database/alive").body
            #expect(body.hasPrefix(#"{"ok":false,"reasons":["LeaseExpired"],"member":"db-1""#))
        }
    }

    @Test("when the loop stands still, everything but the fenced database's life ripens to no")
    func silent() async throws {
        try await withServer(Fixture.replica()) { (server: TestServer) async throws in
            server.clock.advance(by: .seconds(10))
            #expect(try await statuses(server) == expected(ok: ["/database/alive"]))
            let body = try await server.request("GET", "/ready").body
            #expect(body.contains(#""reasons":["AgentSilent"]"#))
        }
    }

    @Test("a member without data says why it is not ready, and its database may live")
    func joining() async throws {
        try await withServer(Fixture.joining()) { (server: TestServer) async throws in
            #expect(try await statuses(server) == expected(ok: ["/live", "/database/alive"]))
            let response = try await server.request("GET", "/ready")
            #expect(response.headers["content-type"] == "application/json")
            let body = try JSONDecoder().decode(Body.self, from: Data(response.body.utf8))
            #expect(body == Body(ok: false, reasons: ["NoDonor"], member: "db-1", term: 7))
        }
    }

    @Test("what is published is answered at once")
    func publish() async throws {
        try await withServer(Fixture.joining()) { (server: TestServer) async throws in
            #expect(try await server.status("/ready") == 503)
            server.board.publish(Fixture.replica())
            #expect(try await server.status("/ready") == 200)
            #expect(server.board.report == Fixture.replica())
        }
    }

    @Test(
        "a replica counts while it lags by no more than the limit, in bytes or with a unit",
        arguments: [
            ("/replica?lag=10MB", 200), ("/replica?lag=10485760", 200),
            ("/replica?lag=10485759", 503), ("/replica?lag=9MB", 503),
            ("/replica?x=1&lag=10MB&lag=1", 200), ("/replica?lagging=1", 200), ("/replica?", 200),
            ("/replica?lag=", 400), ("/replica?lag=ten", 400), ("/replica?lag=-1", 400),
            ("/replica?lag=%31", 400), ("/replica?lag=99999999999999999999TB", 400),
        ])
    func lag(target: String, status: Int) async throws {
        try await withServer(Fixture.replica(lagBytes: 10 << 20)) {
            (server: TestServer) async throws in
            #expect(try await server.status(target) == status)
        }
    }

    @Test("a replica whose lag is unknown is no replica under a limit")
    func unknownLag() async throws {
        try await withServer(Fixture.replica(lagBytes: nil)) { (server: TestServer) async throws in
            #expect(try await server.status("/replica") == 200)
            let response = try await server.request("GET", "/replica?lag=1TB")
            #expect(response.status == 503)
            #expect(response.body.contains("LagTooGreat"))
        }
    }

    @Test("no target ends the program, and none but the known ones is a route")
    func noise() {
        var numbers = SplitMix(seed: 3)
        let parts = ["/", "replica", "?", "lag=", "&", "9", "MB", "%00", "..", "http://", "é", "#"]
        for _ in 0..<5_000 {
            let count = Int.random(in: 0...8, using: &numbers)
            let target = (0..<count).map { _ in
                parts[Int.random(in: 0..<parts.count, using: &numbers)]
            }.joined()
            let path = target.prefix { $0 != "?" }
            guard !target.hasPrefix("http://"), path != "/", path != "/replica" else { continue }
            #expect(Route(target: target) == .unknown)
        }
    }

    @Test("the state is the member's whole report")
    func state() async throws {
        let report = Fixture.member(
            reasons: [.catchingUp], peers: [Fixture.member("db-0"), Fixture.member("db-2")])
        var health = Fixture.replica()
        health.report = report
        try await withServer(health) { (server: TestServer) async throws in
            let response = try await server.request("GET", "/state")
            #expect(response.status == 200)
            let decoded = try JSONDecoder().decode(
                MemberReport.self, from: Data(response.body.utf8))
            #expect(decoded == report)
        }
    }

    @Test("HEAD and OPTIONS give the status and no body")
    func headOnly() async throws {
        try await withServer(Fixture.replica()) { (server: TestServer) async throws in
            for method in ["HEAD", "OPTIONS"] {
                for (target, status) in [("/replica", 200), ("/master", 503), ("/no", 404)] {
                    let client = try RawClient(port: server.port)
                    try await client.send(
                        "\(method) \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    let text = try await client.receiveAll()
                    #expect(text.hasPrefix("HTTP/1.1 \(status) "))
                    #expect(text.hasSuffix("\r\n\r\n"))
                }
            }
        }
    }

    @Test(
        "unknown routes are 404, other methods 405 with what is allowed",
        arguments: [
            ("GET", "/nothing", 404, nil), ("GET", "/live/", 404, nil), ("GET", "//", 404, nil),
            ("GET", "/database", 404, nil), ("GET", "/LIVE", 404, nil),
            ("GET", "/../live", 404, nil), ("OPTIONS", "*", 404, nil),
            ("POST", "/live", 405, "GET, HEAD, OPTIONS"),
            ("DELETE", "/state", 405, "GET, HEAD, OPTIONS"),
            ("PATCH", "/", 405, "GET, HEAD, OPTIONS"), ("HEAD", "/database/prestop", 405, "GET"),
            ("POST", "/database/prestop", 405, "GET"), ("GET", "http://host/live", 200, nil),
            ("GET", "HTTP://host:8009/replica?lag=1", 200, nil), ("GET", "/live?verbose", 200, nil),
        ] as [(String, String, Int, String?)])
    func refused(method: String, target: String, status: Int, allow: String?) async throws {
        try await withServer(Fixture.replica()) { (server: TestServer) async throws in
            let response = try await server.request(method, target)
            #expect(response.status == status)
            #expect(response.headers["allow"] == allow)
        }
    }
}

private struct Body: Decodable, Equatable {
    var ok: Bool
    var reasons: [String]
    var member: String
    var term: Int
}
