import EngineKit
import Glibc
import PostgreSQLTestSupport
import Testing

@testable import Engines
@testable import ReplicationCore

@Suite struct ControlFileTests {
    @Test(
        "the control file says what pg_controldata says, in every state",
        .enabled(if: ServerProgram.isThere, "PostgreSQL's server is not installed"),
        .oneServerAtATime)
    func againstTheProgram() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let member = try cluster.member(0)
            let id = try await member.engine.initialise(InitialisationPermit(member: member.name))
            var seen: Set<ControlFile.State> = [try await ControlFileTests.compare(member)]
            try await member.start()
            try await member.standby("runs") { $0.isFinal }
            seen.insert(try await ControlFileTests.compare(member))
            try await member.shutDown()
            seen.insert(try await ControlFileTests.compare(member))
            try await member.start()
            try await member.standby("runs")
            try await member.engine.promote(member.promotionPermit())
            seen.insert(try await ControlFileTests.compare(member))
            try await member.engine.setAccess(.open)
            try await member.run("CREATE TABLE t AS SELECT 1 AS a; CHECKPOINT")
            try await member.crash()
            seen.insert(try await ControlFileTests.compare(member))
            #expect(seen == [.shutDown, .inArchiveRecovery, .shutDownInRecovery, .inProduction])
            let stopped = try #require(await member.engine.inspectDataDirectory())
            #expect(stopped.clusterID == id && stopped.wasPrimary && !stopped.isClean)
            #expect(stopped.position.branch == 2)
        }
    }

    static func compare(_ member: TestMember) async throws -> ControlFile.State {
        let data = member.settings.dataDirectory
        var text = ""
        var read: ControlFile?
        // A running server may write the file between the two looks.
        try await eventually("the file stays as it is for a moment") {
            let before = try PostgreSQLEngine.inspect(data)
            text = try await ProgramRunner(directory: ServerProgram.directory)
                .run("pg_controldata", ["-D", data], timeout: .seconds(10))
            read = try PostgreSQLEngine.inspect(data)
            return before == read
        }
        let control = try #require(read)
        var values: [String: String] = [:]
        for line in text.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[String(parts[0])] = String(parts[1].drop { $0 == " " })
        }
        #expect(values["Database system identifier"] == String(control.systemIdentifier))
        #expect(values["Latest checkpoint location"] == LogSequenceNumber.text(control.checkpoint))
        #expect(
            values["Latest checkpoint's REDO location"] == LogSequenceNumber.text(control.redo))
        #expect(
            values["Latest checkpoint's TimeLineID"] == String(control.checkpointTimeline))
        #expect(
            values["Minimum recovery ending location"]
                == LogSequenceNumber.text(control.minimumRecoveryPoint))
        #expect(
            values["Min recovery ending loc's timeline"]
                == String(control.minimumRecoveryTimeline))
        #expect(values["Bytes per WAL segment"] == String(control.segmentBytes))
        let words: [ControlFile.State: String] = [
            .startingUp: "starting up", .shutDown: "shut down",
            .shutDownInRecovery: "shut down in recovery", .shuttingDown: "shutting down",
            .inCrashRecovery: "in crash recovery", .inArchiveRecovery: "in archive recovery",
            .inProduction: "in production",
        ]
        #expect(values["Database cluster state"] == words[control.state])
        return control.state
    }

    @Test("a torn control file is refused")
    func torn() {
        #expect(throws: EngineError.self) { try ControlFile([]) }
        #expect(throws: EngineError.self) { try ControlFile([UInt8](repeating: 0, count: 8192)) }
        var bytes = [UInt8](repeating: 0, count: 8192)
        bytes[8] = 0x14
        bytes[9] = 0x05
        bytes[16] = 6
        let checksum = Checksum.crc32c(bytes[0..<288])
        for index in 0..<4 {
            bytes[288 + index] = UInt8(truncatingIfNeeded: checksum >> (8 * UInt32(index)))
        }
        #expect(throws: Never.self) { try ControlFile(bytes) }
        for index in 0..<292 {
            var damaged = bytes
            damaged[index] ^= 4
            #expect(throws: EngineError.self) { try ControlFile(damaged) }
        }
    }
}
