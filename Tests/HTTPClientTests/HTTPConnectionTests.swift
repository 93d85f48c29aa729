import FakeServers
import HTTPClient
import NIOPosix
import Playground
import Testing

@Suite("HTTPConnection", .timeLimit(.minutes(1)))
struct HTTPConnectionTests {
    private func connect(
        _ port: Int, tls: HTTPTLS? = nil, limits: HTTPLimits = HTTPLimits()
    ) -> HTTPConnection {
        HTTPConnection(
            endpoint: HTTPEndpoint(host: "127.0.0.1", port: port, tls: tls),
            group: MultiThreadedEventLoopGroup.singleton, limits: limits)
    }

    private func answer(_ text: String) -> FakeServer.Action {
        .send("HTTP/1.1 200 OK\r\nContent-Length: \(text.utf8.count)\r\nX-A: b\r\n\r\n\(text)")
    }

    /// The error of a request, and how long it took.
    private func failure(
        of connection: HTTPConnection, timeout: Duration = .seconds(5)
    ) async -> (HTTPError?, Duration) {
        let start = ContinuousClock.now
        do throws(HTTPError) {
            _ = try await connection.send(HTTPRequest(path: "/"), timeout: timeout)
            return (nil, .now - start)
        } catch {
            return (error, .now - start)
        }
    }

    private func isNotSent(_ error: HTTPError?) -> Bool {
        if case .notSent = error { true } else { false }
    }

    private func isUnknown(_ error: HTTPError?) -> Bool {
        if case .unknownOutcome = error { true } else { false }
    }

    @Test("a kept connection serves request after request")
    func keepsConnection() async throws {
        try await FakeServer.with(script: { [answer($0.text)] }) { server in
            let connection = connect(server.port)
            for index in 0..<3 {
                let response = try await connection.send(
                    HTTPRequest(
                        method: "PUT", path: "/a?b=\(index)", headers: [("X-Name", "value")],
                        body: Array("text".utf8)),
                    timeout: .seconds(5))
                let text = String(decoding: response.body, as: UTF8.self)
                #expect(response.status == 200)
                #expect(response.header("x-a") == "b")
                #expect(text.hasPrefix("PUT /a?b=\(index) HTTP/1.1\r\n"))
                #expect(text.contains("Host: 127.0.0.1:\(server.port)\r\n"))
                #expect(text.contains("Content-Length: 4\r\n"))
            }
            #expect(server.connections == 1)
            await connection.close()
            let (error, _) = await failure(of: connection)
            #expect(isNotSent(error))
        }
    }

    @Test("a server that never answers costs the deadline and no more")
    func neverAnswers() async throws {
        try await FakeServer.with(script: { _ in [] }) { server in
            let (error, took) = await failure(
                of: connect(server.port), timeout: .seconds(1))
            #expect(isUnknown(error))
            #expect(took >= .milliseconds(990) && took < .seconds(3))
        }
    }

    @Test("after a deadline the next request has a new connection")
    func reconnectsAfterDeadline() async throws {
        let script: @Sendable (FakeServer.Request) -> [FakeServer.Action] = { request in
            request.connection == 0 ? [] : [.send("HTTP/1.1 204 None\r\n\r\n")]
        }
        try await FakeServer.with(script: script) { server in
            let connection = connect(server.port)
            let (error, _) = await failure(of: connection, timeout: .seconds(1))
            #expect(isUnknown(error))
            let response = try await connection.send(
                HTTPRequest(path: "/"), timeout: .seconds(5))
            #expect(response.status == 204)
            #expect(server.connections == 2)
        }
    }

    @Test("a connection that nobody accepts means that nothing was sent")
    func refused() async throws {
        // A port below 1024 is never handed out to another test.
        let (error, _) = await failure(of: connect(1))
        #expect(isNotSent(error))
    }

    @Test("a name that does not resolve means that nothing was sent")
    func unresolved() async throws {
        let connection = HTTPConnection(
            endpoint: HTTPEndpoint(host: "nobody.invalid", port: 80),
            group: MultiThreadedEventLoopGroup.singleton)
        let (error, _) = await failure(of: connection, timeout: .seconds(1))
        #expect(isNotSent(error))
    }

    @Test("a TLS handshake that hangs means that nothing was sent")
    func hungHandshake() async throws {
        try await Certificates.with { certificates in
            try await FakeServer.with(script: { _ in [] }) { server in
                let connection = connect(
                    server.port, tls: HTTPTLS(trustRoots: certificates.authority))
                let (error, took) = await failure(of: connection, timeout: .milliseconds(300))
                #expect(isNotSent(error))
                #expect(took < .seconds(2))
            }
        }
    }

    @Test(
        "an answer that breaks off or is no HTTP leaves the outcome unknown",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "HTTP/1.1 200 OK\r\nConte",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "",
            "garbage\r\n\r\n",
        ])
    func broken(text: String) async throws {
        try await FakeServer.with(script: { _ in [.send(text), .close] }) { server in
            let (error, took) = await failure(of: connect(server.port))
            #expect(isUnknown(error))
            #expect(took < .seconds(4))
        }
    }

    @Test("an idle connection that the server closed costs no error")
    func idleClosed() async throws {
        try await FakeServer.with(script: { _ in [answer("x")] }) { server in
            let connection = connect(server.port)
            _ = try await connection.send(HTTPRequest(path: "/"), timeout: .seconds(5))
            await server.closeConnections()
            // The client's event loop learns of it by itself; a request that comes sooner is told
            // the truth, which is that nobody knows.
            var response: HTTPResponse?
            while response == nil {
                let (error, _) = await failure(of: connection)
                if error == nil { break }
                response = try? await connection.send(
                    HTTPRequest(path: "/"), timeout: .seconds(5))
            }
            #expect(server.connections >= 2)
        }
    }

    @Test("a connection that was idle for too long is not used again")
    func tooIdle() async throws {
        try await FakeServer.with(script: { _ in [answer("x")] }) { server in
            let connection = connect(server.port, limits: HTTPLimits(maximumIdle: .zero))
            for _ in 0..<2 {
                _ = try await connection.send(HTTPRequest(path: "/"), timeout: .seconds(5))
            }
            #expect(server.connections == 2)
        }
    }

    @Test("an answer beyond the limits is refused")
    func tooLong() async throws {
        try await FakeServer.with(script: { _ in [answer("0123456789")] }) { server in
            let (error, _) = await failure(
                of: connect(server.port, limits: HTTPLimits(maximumBody: 9)))
            #expect(isUnknown(error))
        }
        let field = "X: " + String(repeating: "a", count: 5000) + "\r\n"
        let head = "HTTP/1.1 200 OK\r\n" + field + "Content-Length: 0\r\n\r\n"
        try await FakeServer.with(script: { _ in [.send(head)] }) { server in
            let (error, _) = await failure(
                of: connect(server.port, limits: HTTPLimits(maximumHeaders: 4096)))
            #expect(isUnknown(error))
        }
    }

    @Test("requests go one after another, and one too many fails at once")
    func oneAfterAnother() async throws {
        try await FakeServer.with(script: { _ in [] }) { server in
            let connection = connect(server.port, limits: HTTPLimits(maximumWaiting: 1))
            let errors = await withTaskGroup(of: HTTPError?.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        await failure(of: connection, timeout: .seconds(1)).0
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(errors.filter(isUnknown).count == 1)
            #expect(errors.filter(isNotSent).count == 2)
        }
    }

    @Test("a cancelled request ends at once")
    func cancelled() async throws {
        try await FakeServer.with(script: { _ in [] }) { server in
            let connection = connect(server.port)
            let task = Task { await failure(of: connection, timeout: .seconds(30)) }
            while server.connections == 0 { await Task.yield() }
            task.cancel()
            let (error, took) = await task.value
            #expect(error != nil)
            #expect(took < .seconds(5))
        }
    }

    @Test("a path that could smuggle a second request is not sent", arguments: ["/ HTTP/1.1", "x"])
    func badPath(path: String) async throws {
        try await FakeServer.with(script: { _ in [] }) { server in
            await #expect(throws: HTTPError.self) {
                try await connect(server.port).send(
                    HTTPRequest(path: path), timeout: .seconds(1))
            }
            #expect(server.connections == 0)
        }
    }
}
