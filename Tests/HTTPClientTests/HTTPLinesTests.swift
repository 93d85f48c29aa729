import FakeServers
import HTTPClient
import NIOPosix
import Testing

@Suite("HTTPConnection.lines", .timeLimit(.minutes(1)))
struct HTTPLinesTests {
    private static let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

    private static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    private func lines(
        _ port: Int, idleTimeout: Duration = .seconds(5), limits: HTTPLimits = HTTPLimits()
    ) -> AsyncThrowingStream<HTTPLine, any Error> {
        HTTPConnection(
            endpoint: HTTPEndpoint(host: "127.0.0.1", port: port),
            group: MultiThreadedEventLoopGroup.singleton, limits: limits
        ).lines(HTTPRequest(path: "/"), timeout: .seconds(5), idleTimeout: idleTimeout)
    }

    /// The lines of a response as texts; the status stands first.
    private func texts(
        _ stream: AsyncThrowingStream<HTTPLine, any Error>
    ) async -> ([String], (any Error)?) {
        var texts: [String] = []
        do {
            for try await line in stream {
                switch line {
                case .response(let status, _): texts.append(String(status))
                case .line(let bytes): texts.append(String(decoding: bytes, as: UTF8.self))
                }
            }
            return (texts, nil)
        } catch {
            return (texts, error)
        }
    }

    @Test("lines are put together whatever the chunks, and the last needs no end")
    func wholeLines() async throws {
        let text =
            Self.head + Self.chunk("on") + Self.chunk("e\ntwo\r\n\nth") + Self.chunk("ree")
            + "0\r\n\r\n"
        try await FakeServer.with(script: { _ in [.send(text)] }) { server in
            let (texts, error) = await texts(lines(server.port))
            #expect(texts == ["200", "one", "two", "", "three"])
            #expect(error == nil)
        }
    }

    @Test("a response that breaks off hands on its whole lines, then an error")
    func brokenOff() async throws {
        let text = Self.head + Self.chunk("one\ntwo")
        try await FakeServer.with(script: { _ in [.send(text), .close] }) { server in
            let (texts, error) = await texts(lines(server.port))
            #expect(texts == ["200", "one"])
            #expect(error is HTTPError)
        }
    }

    @Test("a server that falls silent is noticed")
    func silent() async throws {
        let text = Self.head + Self.chunk("one\n")
        try await FakeServer.with(script: { _ in [.send(text)] }) { server in
            let start = ContinuousClock.now
            let (texts, error) = await texts(
                lines(server.port, idleTimeout: .milliseconds(300)))
            #expect(texts == ["200", "one"])
            #expect(error is HTTPError)
            #expect(.now - start < .seconds(3))
        }
    }

    @Test("a line beyond the limit is an error")
    func tooLong() async throws {
        let text = Self.head + Self.chunk("0123456789")
        try await FakeServer.with(script: { _ in [.send(text)] }) { server in
            let (_, error) = await texts(
                lines(server.port, limits: HTTPLimits(maximumLine: 9)))
            #expect(error is HTTPError)
        }
    }

    @Test("thousands of lines arrive whole and in order at a reader that takes its time")
    func manyLines() async throws {
        let numbers = (0..<5000).map { "\($0)" }
        let text = Self.head + Self.chunk(numbers.joined(separator: "\n")) + "0\r\n\r\n"
        try await FakeServer.with(script: { _ in [.send(text)] }) { server in
            let (texts, error) = await texts(lines(server.port))
            #expect(texts == ["200"] + numbers)
            #expect(error == nil)
        }
    }

    @Test("a reader that goes away takes the connection with it")
    func readerGone() async throws {
        let text = Self.head + Self.chunk("one\n")
        try await FakeServer.with(script: { _ in [.send(text)] }) { server in
            let task = Task { await self.texts(lines(server.port, idleTimeout: .seconds(30))) }
            while server.connections == 0 { await Task.yield() }
            task.cancel()
            let (_, error) = await task.value
            #expect(error == nil)
        }
    }
}
