import EngineKit
import Glibc
import PostgreSQLClient
import PostgreSQLTestSupport
import Testing

@testable import Engines
@testable import ReplicationCore

@Suite(
    .enabled(if: ServerProgram.isThere, "PostgreSQL's server is not installed"),
    .oneServerAtATime)
struct PositionTests {
    /// A master, and a standby that streams from it.
    static func pair(
        _ cluster: TestCluster
    ) async throws -> (master: TestMember, standby: TestMember, id: String) {
        let master = try await FenceTests.openMaster(cluster)
        let standby = try cluster.member(1)
        let id = try #require(await master.engine.inspectDataDirectory()).clusterID
        try await standby.engine.clone(
            from: master.donor, ErasurePermit(scope: .nothingOfWorth, clusterID: id))
        try await standby.start()
        try await standby.standby("runs")
        try await standby.engine.follow(master.donor, as: standby.voter)
        try await standby.standby("streams") { $0.isStreaming }
        return (master, standby, id)
    }

    @Test("a restarted standby is not final before it has replayed its whole local log")
    func longLocalLog() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 180)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (master, standby, _) = try await PositionTests.pair(cluster)
            // Much log with no checkpoint, so that the restart has all of it to replay.
            for _ in 0..<10 {
                try await master.run(
                    "INSERT INTO t SELECT generate_series(1, 200000); DELETE FROM t")
            }
            let end = try await master.primary("written").lineage.tip
            try await standby.standby("received all", within: .seconds(60)) {
                $0.position.offset >= end.offset
            }
            try await standby.crash()
            try await standby.start()
            var seenUnfinished = 0
            var last: StandbyObservation?
            try await eventually("final", within: .seconds(60)) {
                guard case .standby(let now) = await standby.engine.observe() else { return false }
                last = now
                if !now.isFinal { seenUnfinished += 1 }
                return now.isFinal
            }
            #expect(try #require(last).position.offset >= end.offset)
            #expect(try #require(last).position.branch == end.branch)
        }
    }

    @Test("a paused replay is held, and never final")
    func paused() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (master, standby, _) = try await PositionTests.pair(cluster)
            try await standby.run("SELECT pg_wal_replay_pause()")
            try await master.run("INSERT INTO t VALUES (1)")
            let end = try await master.primary("written").lineage.tip
            let held = try await standby.standby("received") { $0.position.offset >= end.offset }
            #expect(held.isReplayHeld && !held.isFinal)
            try await standby.engine.follow(nil, as: standby.voter)
            for _ in 0..<10 {
                #expect(try await standby.standby("held") { $0.isReplayHeld }.isFinal == false)
            }
            try await standby.run("SELECT pg_wal_replay_resume()")
            let final = try await standby.standby("final") { $0.isFinal }
            #expect(final.position.offset >= end.offset && final.upstream == nil)
        }
    }

    @Test("a standby cut off in the middle of a record becomes final at its last whole one")
    func partialRecord() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 180)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (master, standby, _) = try await PositionTests.pair(cluster)
            // Large records under way when the receiver is ended, several times over.
            let options = PostgreSQLOptions(
                server: .address(master.address, port: 5432, host: nil), user: "postgres",
                database: "postgres", password: "secret", applicationName: "writer")
            let writing = Task {
                let session = try await PostgreSQLConnection.connect(options, timeout: .seconds(5))
                while !Task.isCancelled {
                    _ = try await session.query(
                        "SELECT pg_logical_emit_message(false, 'x', repeat('y', 3000000))",
                        timeout: .seconds(20))
                }
            }
            for _ in 0..<6 {
                try await standby.engine.follow(nil, as: standby.voter)
                let final = try await standby.standby("final") { $0.isFinal }
                let again = try await standby.standby("still final") { $0.isFinal }
                #expect(again.position == final.position)
                try await standby.engine.follow(master.donor, as: standby.voter)
                try await standby.standby("streams on") {
                    $0.isStreaming && $0.position.offset > final.position.offset
                }
            }
            writing.cancel()
            _ = await writing.result
        }
    }

    @Test("a server-wide default that makes acknowledgements worthless counts as nobody's")
    func weakened() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (master, standby, _) = try await PositionTests.pair(cluster)
            let set = SynchronousSet(voters: [standby.voter], required: 1)
            try await master.engine.setSynchronous(set)
            try await master.primary("in force") {
                $0.synchronous == set && $0.isSynchronousInForce
            }
            try await master.run("ALTER SYSTEM SET synchronous_commit = 'local'")
            try await master.run("SELECT pg_reload_conf()")
            try await master.primary("weaker than any record") { $0.synchronous == .empty }
            try await master.engine.setSynchronous(set)
            try await master.primary("restored") {
                $0.synchronous == set && $0.isSynchronousInForce
            }
        }
    }

    @Test("a server started without fsync acknowledges nothing, whatever its files say")
    func startedWeak() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (master, standby, _) = try await PositionTests.pair(cluster)
            let set = SynchronousSet(voters: [standby.voter], required: 1)
            for arguments in [[], ["-c", "fsync=off"], ["-c", "full_page_writes=off"]] {
                try await master.crash()
                try master.launch(arguments)
                try await master.standby("runs again")
                try await master.engine.promote(master.promotionPermit(set))
                try await master.primary("promoted, \(arguments)") {
                    $0.synchronous == (arguments.isEmpty ? set : .empty)
                }
            }
        }
    }

    @Test("following nobody survives a restart, and what ALTER SYSTEM says is overruled")
    func followNobody() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (master, standby, _) = try await PositionTests.pair(cluster)
            try await standby.run(
                "ALTER SYSTEM SET primary_conninfo = 'host=\(master.address) user=x'")
            try await standby.run("SELECT pg_reload_conf()")
            let foreign = try await standby.standby("follows another") {
                $0.upstream != master.name
            }
            #expect(foreign.upstream?.hasPrefix(master.address) == true)
            try await standby.engine.follow(nil, as: standby.voter)
            try await standby.standby("cut off") { $0.isFinal && $0.upstream == nil }
            try await standby.crash()
            try standby.launch()
            try await standby.standby("still cut off") { $0.isFinal && $0.upstream == nil }
            // A restarted agent finds again whom its member follows.
            try await standby.engine.follow(master.donor, as: standby.voter)
            let other = try standby.restartedAgent()
            try await eventually("streams") {
                guard case .standby(let now) = await other.observe() else { return false }
                return now.isStreaming && now.upstream == master.name
            }
        }
    }
}
