import Glibc
import PostgreSQLTestSupport
import Testing

@testable import PostgreSQLClient

private let limit = Duration.seconds(5)

@Suite(
    .enabled(if: ServerProgram.isThere, "PostgreSQL's server is not installed"),
    .oneServerAtATime)
struct PostgreSQLConnectionTests {
    /// The error that the body ends with; nil when it ends without one, which is an issue.
    static func failure(_ body: () async throws -> Void) async -> PostgreSQLError? {
        do {
            try await body()
            Issue.record("no error")
            return nil
        } catch {
            return error as? PostgreSQLError
        }
    }

    static func options(_ server: PlainServer) -> PostgreSQLOptions {
        PostgreSQLOptions(
            server: .socket(directory: server.socket, port: server.port), user: "postgres",
            database: "postgres", applicationName: "test")
    }

    static func connected(_ server: PlainServer) async throws -> PostgreSQLConnection {
        var result: PostgreSQLConnection?
        try await eventually("the server accepts sessions") {
            do {
                result = try await PostgreSQLConnection.connect(options(server), timeout: limit)
                return true
            } catch PostgreSQLError.unreachable, PostgreSQLError.server {
                return false
            }
        }
        return try #require(result)
    }

    @Test("parameters and rows come through unchanged, however hostile")
    func hostileTexts() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            let texts = [
                "'; DROP TABLE x; --", "\\", "'\u{0301}", "\"", "$1", "%s", "", "a\r\nb",
                "ünïcödé 🐘",
                String(repeating: "'\\", count: 5000),
            ]
            for text in texts {
                let rows = try await connection.query(
                    "SELECT $1, $2, $1", [text, nil], timeout: limit)
                #expect(rows == [[text, nil, text]])
                let literal = try await connection.query(
                    "SELECT \(SQL.literal(text)) AS \(SQL.identifier("c" + text.prefix(20)))",
                    timeout: limit)
                #expect(literal == [[text]])
            }
            await #expect(throws: PostgreSQLError.self) {
                try await connection.query("SELECT $1", ["a\0b"], timeout: limit)
            }
        }
    }

    @Test("a server's error has its SQLSTATE, and the session goes on")
    func serverError() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            let error1 = await PostgreSQLConnectionTests.failure {
                _ = try await connection.query("SELECT 1/0", timeout: limit)
            }
            #expect(error1?.sqlstate == "22012")
            #expect(try await connection.query("SELECT 1; SELECT 2", timeout: limit) == [["2"]])
            #expect(await connection.processID > 0)
            #expect(await connection.serverVersion >= 130_000)
            // COPY to the client is nothing that this client handles.
            let error2 = await PostgreSQLConnectionTests.failure {
                _ = try await connection.query("COPY (SELECT 1) TO STDOUT", timeout: limit)
            }
            #expect(error2?.sqlstate == nil)
            #expect(await !connection.isOpen)
        }
    }

    @Test("a slow statement ends at its deadline, and the connection with it")
    func slowStatement() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            let start = ContinuousClock.now
            let error3 = await PostgreSQLConnectionTests.failure {
                _ = try await connection.query("SELECT pg_sleep(30)", timeout: .milliseconds(300))
            }
            guard case .timeout = error3 else { fatalError("\(error3 as Any)") }
            #expect(ContinuousClock.now - start < .seconds(2))
            #expect(await !connection.isOpen)
        }
    }

    @Test("a stopped server costs no more than the deadline, and works again afterwards")
    func stoppedServer() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            server.process.signalAll(SIGSTOP)
            let start = ContinuousClock.now
            await #expect(throws: PostgreSQLError.self) {
                try await connection.query("SELECT 1", timeout: .milliseconds(300))
            }
            let error4 = await PostgreSQLConnectionTests.failure {
                _ = try await PostgreSQLConnection.connect(
                    PostgreSQLConnectionTests.options(server), timeout: .milliseconds(300))
            }
            guard case .timeout = error4 else { fatalError("\(error4 as Any)") }
            #expect(ContinuousClock.now - start < .seconds(3))
            server.process.signalAll(SIGCONT)
            let next = try await PostgreSQLConnectionTests.connected(server)
            #expect(try await next.query("SELECT 1", timeout: limit) == [["1"]])
        }
    }

    @Test("an idle connection notices at once that its server died, and keeps quiet until then")
    func killedServer() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            let waiting = Task {
                await connection.waitForDisconnect()
                return ContinuousClock.now
            }
            // Statements run while somebody waits.
            for _ in 0..<20 { _ = try await connection.query("SELECT 1", timeout: limit) }
            _ = try await connection.query("NOTIFY nobody", timeout: limit)
            #expect(await connection.isOpen)
            let killed = ContinuousClock.now
            server.process.signalAll(SIGKILL)
            #expect(await waiting.value - killed < .seconds(1))
            #expect(await !connection.isOpen)
            let error5 = await PostgreSQLConnectionTests.failure {
                _ = try await connection.query("SELECT 1", timeout: limit)
            }
            guard case .closed = error5 else { fatalError("\(error5 as Any)") }
        }
    }

    @Test("waiting for the end can be cancelled")
    func cancelledWait() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            for _ in 0..<100 {
                let waiting = Task { await connection.waitForDisconnect() }
                waiting.cancel()
                await waiting.value
            }
            #expect(await connection.isOpen)
            await connection.close()
            await connection.waitForDisconnect()
        }
    }

    @Test("a wrong password, none, a missing role and nobody listening are told apart")
    func refusals() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let server = try await PlainServer()
            defer { server.remove() }
            let connection = try await PostgreSQLConnectionTests.connected(server)
            let verifier = try await connection.scramVerifier(user: "guest", password: "right")
            #expect(verifier.hasPrefix("SCRAM-SHA-256$4096:"))
            _ = try await connection.query(
                "CREATE ROLE guest LOGIN PASSWORD \(SQL.literal(verifier))", timeout: limit)
            var options = PostgreSQLConnectionTests.options(server)
            options.server = .address(server.address, port: server.port, host: "db.example")
            options.user = "guest"
            for (password, state) in [("wrong", "28P01"), (nil, "28P01"), ("right", nil)] {
                options.password = password
                do {
                    let guest = try await PostgreSQLConnection.connect(options, timeout: limit)
                    #expect(state == nil)
                    await guest.close()
                } catch let error as PostgreSQLError {
                    #expect(error.sqlstate == state, "\(error)")
                }
            }
            options.user = "nobody"
            let error6 = await PostgreSQLConnectionTests.failure {
                _ = try await PostgreSQLConnection.connect(options, timeout: limit)
            }
            #expect(error6?.sqlstate == "28000")
            options.server = .socket(directory: server.socket, port: 9)
            let error7 = await PostgreSQLConnectionTests.failure {
                _ = try await PostgreSQLConnection.connect(options, timeout: limit)
            }
            guard case .unreachable = error7 else { fatalError("\(error7 as Any)") }
        }
    }

    @Test("hundreds of connections opened and dropped leave no thread and no descriptor behind")
    func noLeaks() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let server = try await PlainServer()
            defer { server.remove() }
            let options = PostgreSQLConnectionTests.options(server)
            _ = try await PostgreSQLConnectionTests.connected(server)
            for _ in 0..<200 {
                let connection = try await PostgreSQLConnection.connect(options, timeout: limit)
                _ = try await connection.query("SELECT 1", timeout: limit)
            }
            let count = { (folder: String) -> Int in
                guard let stream = opendir(folder) else { return .max }
                defer { closedir(stream) }
                var count = 0
                while readdir(stream) != nil { count += 1 }
                return count
            }
            try await eventually("threads and descriptors are given back") {
                count("/proc/self/task") < 40 && count("/proc/self/fd") < 60
            }
        }
    }

    @Test("the code of a refused connection is found in a verbose message")
    func codeInMessage() {
        #expect(
            Session.sqlstate(
                in: "connection to server at \"a\" failed: FATAL:  57P03: the database") == "57P03")
        #expect(Session.sqlstate(in: "FATAL:  the database system is starting up") == nil)
        #expect(Session.sqlstate(in: "") == nil)
    }

    @Test("a connection string is read as it was made")
    func connectionString() {
        let values = [("host", "a'b\\c"), ("application_name", "x '\u{0301} y"), ("port", "5")]
        let parsed = ConnectionString.parse(ConnectionString.make(values))
        #expect(parsed == Dictionary(uniqueKeysWithValues: values))
        #expect(ConnectionString.parse("no such = thing'") == nil)
    }
}
