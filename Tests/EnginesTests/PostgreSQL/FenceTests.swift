import EngineKit
import Glibc
import PostgreSQLClient
import PostgreSQLTestSupport
import Synchronization
import Testing

@testable import Engines
@testable import ReplicationCore

/// Sessions that write and connect again as fast as they can.
actor Hammer {
    private(set) var lastWrite = ContinuousClock.now
    private(set) var writes = 0

    func note() {
        lastWrite = ContinuousClock.now
        writes += 1
    }
}

@Suite(
    .enabled(if: ServerProgram.isThere, "PostgreSQL's server is not installed"),
    .oneServerAtATime)
struct FenceTests {
    static func openMaster(_ cluster: TestCluster) async throws -> TestMember {
        let member = try cluster.member(0)
        try await member.becomeFirstMaster()
        try await member.run("CREATE TABLE t (a integer)")
        return member
    }

    @Test("a fence ends superusers' sessions that come back all the time, and is verified")
    func fence() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try await FenceTests.openMaster(cluster)
            // Over the socket the map lets in the superuser, who therefore counts as the agent's
            // system account does: only over TCP is anybody shut out for good.
            let hammer = Hammer()
            let address = member.address
            let work = Task {
                await withTaskGroup(of: Void.self) { group in
                    for index in 0..<6 {
                        let options = PostgreSQLOptions(
                            server: .address(address, port: 5432, host: nil), user: "postgres",
                            database: "postgres", password: "secret",
                            applicationName: "understudy",
                            replication: index == 5 ? .database : .none)
                        group.addTask { await FenceTests.write(options, hammer) }
                    }
                }
            }
            try await eventually("they write") { await hammer.writes > 50 }
            let start = ContinuousClock.now
            try await member.engine.setAccess(.closed)
            let closed = ContinuousClock.now
            #expect(closed - start < .seconds(3))
            let primary = try await member.primary("closed") { $0.access == .closed }
            let offset = primary.lineage.tip.offset
            for _ in 0..<20 {
                let now = try await member.primary("still closed")
                #expect(now.access == .closed)
            }
            #expect(await hammer.lastWrite <= closed)
            // A standby's own snapshots aside, nothing was written.
            let after = try await member.primary("the end").lineage.tip.offset
            #expect(after - offset < 4096)
            // After the agent's restart it is known again, by a new trial.
            let other = try member.restartedAgent()
            guard case .primary(let seen) = await other.observe() else { fatalError("no primary") }
            #expect(seen.access != .open)
            let before = await hammer.writes
            try await member.engine.setAccess(.open)
            try await eventually("they write again") { await hammer.writes > before + 50 }
            #expect(try await member.primary("open").access == .open)
            work.cancel()
            await work.value
        }
    }

    static func write(_ options: PostgreSQLOptions, _ hammer: Hammer) async {
        while !Task.isCancelled {
            do {
                let session = try await PostgreSQLConnection.connect(
                    options, timeout: .seconds(2))
                for _ in 0..<5 {
                    _ = try await session.query(
                        "SET default_transaction_read_only = off;"
                            + "INSERT INTO t VALUES (1)", timeout: .seconds(2))
                    await hammer.note()
                }
            } catch {
                await Task.yield()
            }
        }
    }

    @Test("sessions that use up every place blind neither the observation nor the fence")
    func exhausted() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try await FenceTests.openMaster(cluster)
            var sessions: [PostgreSQLConnection] = []
            do {
                while sessions.count < 200 { sessions.append(try await member.client()) }
                Issue.record("no limit")
            } catch let error as PostgreSQLError {
                #expect(error.sqlstate == "53300")
            }
            // As after the agent's restart: nothing is kept, all is connected anew.
            let other = try member.restartedAgent()
            guard case .primary = await other.observe() else { fatalError("blind") }
            try await other.setAccess(.closed)
            guard case .primary(let closed) = await other.observe() else { fatalError("blind") }
            #expect(closed.access == .closed)
        }
    }

    @Test("a stopped server is unresponsive within the deadline, and cannot be ended by a signal")
    func stopped() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try await FenceTests.openMaster(cluster)
            member.server?.signalAll(SIGSTOP)
            for _ in 0..<3 {
                let start = ContinuousClock.now
                #expect(await member.engine.observe() == .unresponsive)
                #expect(ContinuousClock.now - start < .seconds(2))
            }
            let start = ContinuousClock.now
            await #expect(throws: EngineError.self) { try await member.engine.setAccess(.closed) }
            await #expect(throws: EngineError.self) { try await member.engine.stop(.immediate) }
            #expect(ContinuousClock.now - start < .seconds(20))
            member.server?.signalAll(SIGCONT)
            // The signal was pending: now the server ends.
            try await member.server?.waitForEnd()
            #expect(await member.engine.observe() == .down)
        }
    }

    @Test("a server is ended in order or at once, and whoever waits for its end is told")
    func stop() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try await FenceTests.openMaster(cluster)
            for urgency in [StopUrgency.orderly, .immediate] {
                let engine = member.engine
                let waiting = Task { await engine.waitForDisconnect() }
                // A kept session is there once something was observed.
                try await member.restoreMaster()
                let server = try #require(member.server)
                async let ended = server.waitForEnd()
                try await member.engine.stop(urgency)
                _ = try await ended
                await waiting.value
                #expect(await member.engine.observe() == .down)
                let stopped = try await member.engine.inspectDataDirectory()
                #expect(stopped?.isClean == (urgency == .orderly))
                try await member.engine.stop(urgency)
                try member.launch()
                try await member.standby("read-only again")
            }
        }
    }

    @Test("a checkpoint is done before an orderly stop, while clients are still served")
    func checkpointBeforeStop() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try await FenceTests.openMaster(cluster)
            try await member.run("CREATE TABLE filled AS SELECT generate_series(1, 23000) AS n")
            let server = try #require(member.server)
            async let ended = server.waitForEnd()
            try await member.engine.stop(.orderly)
            _ = try await ended
            let said = try #require(try DurableFile.readText(member.log))
            let end = try #require(said.firstRange(of: "received fast shutdown request"))
            // The table alone has a hundred buffers.
            let shutdown = said[end.upperBound...].split(separator: "\n")
                .first { $0.contains("checkpoint complete: wrote") }
            let words = try #require(shutdown).split(separator: " ")
            let index = try #require(words.firstIndex(of: "wrote"))
            #expect(try #require(Int(words[index + 1])) < 50)
        }
    }

    @Test("a server in another PID namespace is ended through itself")
    func stopThroughServer() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try await FenceTests.openMaster(cluster)
            let layout = member.engine.layout
            let server = try #require(try PostgreSQLEngine.postmaster(layout))
            #expect(PostgreSQLEngine.isVisible(server, layout))
            let process = try #require(member.server)
            async let ended = process.waitForEnd()
            try await member.engine.signalThroughServer(server.processID, "QUIT")
            _ = try await ended
            // Its last child may hold the listening socket for a moment longer.
            try await eventually("down") { await member.engine.observe() == .down }
        }
    }
}

extension TestMember {
    /// Makes it an open master, whatever it is.
    func restoreMaster() async throws {
        if case .standby = await engine.observe() {
            try await engine.promote(promotionPermit())
        }
        try await engine.setAccess(.open)
        try await primary("open") { $0.access == .open }
    }
}
