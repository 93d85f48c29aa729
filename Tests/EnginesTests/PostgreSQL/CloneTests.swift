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
struct CloneTests {
    @Test("an interrupted clone leaves nothing that could be started, and the next one succeeds")
    func interrupted() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 180)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let master = try await FenceTests.openMaster(cluster)
            try await master.run("INSERT INTO t SELECT generate_series(1, 1000000)")
            let id = try #require(await master.engine.inspectDataDirectory()).clusterID
            let member = try cluster.member(1)
            let permit = ErasurePermit(scope: .nothingOfWorth, clusterID: id)
            let (engine, donor) = (member.engine, master.donor)
            let cloning = Task { try await engine.clone(from: donor, permit) }
            let partial = member.settings.dataDirectory + ".clone"
            try await eventually("the copy has begun") {
                try Folder.status(partial + "/base") != nil
            }
            cloning.cancel()
            await #expect(throws: EngineError.self) { try await cloning.value }
            #expect(try await engine.inspectDataDirectory() == nil)
            await #expect(throws: EngineError.self) {
                try await engine.prepareStart(as: member.voter)
            }
            try Folder.create(partial + "/leftover")
            try await engine.clone(from: donor, permit)
            #expect(try Folder.status(partial) == nil)
            let copy = try #require(await engine.inspectDataDirectory())
            #expect(copy.clusterID == id)
            // Finished but never started, it may be replaced by the same permit; afterwards not.
            try await engine.clone(from: donor, permit)
            try await member.start()
            try await member.standby("runs")
            await #expect {
                try await engine.clone(from: donor, permit)
            } throws: { ($0 as? EngineError)?.code == .inUse }
            try await member.shutDown()
            await #expect {
                try await engine.clone(from: donor, permit)
            } throws: { ($0 as? EngineError)?.code == .verificationFailed }
            try await engine.clone(
                from: donor, ErasurePermit(scope: .divergedTail, clusterID: id))
        }
    }

    @Test("a donor of another cluster, a wrong password and foreign data are refused, untouched")
    func refusals() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 180)
            var cluster = try TestCluster()
            defer { cluster.remove() }
            let master = try await FenceTests.openMaster(cluster)
            let id = try #require(await master.engine.inspectDataDirectory()).clusterID
            let foreign = try cluster.member(1)
            let own = try await foreign.engine.initialise(
                InitialisationPermit(member: foreign.name))
            try await foreign.engine.prepareStart(as: foreign.voter)
            let before = try await foreign.engine.inspectDataDirectory()
            for scope in [ErasurePermit.Scope.nothingOfWorth, .divergedTail] {
                // The donor is not of the cluster that the permit names.
                await #expect {
                    try await foreign.engine.clone(
                        from: master.donor, ErasurePermit(scope: scope, clusterID: own))
                } throws: { ($0 as? EngineError)?.code == .verificationFailed }
                // The data is not of the donor's cluster.
                await #expect {
                    try await foreign.engine.clone(
                        from: master.donor, ErasurePermit(scope: scope, clusterID: id))
                } throws: { ($0 as? EngineError)?.code == .verificationFailed }
                await #expect {
                    try await foreign.engine.rewind(
                        to: master.donor, ErasurePermit(scope: scope, clusterID: id))
                } throws: { ($0 as? EngineError)?.code == .verificationFailed }
            }
            #expect(try await foreign.engine.inspectDataDirectory() == before)
            cluster.replicationPassword = "another"
            let third = try cluster.member(2)
            await #expect {
                try await third.engine.clone(
                    from: master.donor, ErasurePermit(scope: .nothingOfWorth, clusterID: id))
            } throws: { ($0 as? EngineError)?.code == .accessDenied }
            // The master takes over the new password from its file.
            try await master.engine.prepareFollowers([third.name])
            try await third.engine.clone(
                from: master.donor, ErasurePermit(scope: .nothingOfWorth, clusterID: id))
            let nobody = Donor(member: "db-9", host: "no-such-host.invalid", port: 5432)
            await #expect {
                try await foreign.engine.clone(
                    from: nobody, ErasurePermit(scope: .divergedTail, clusterID: own))
            } throws: { ($0 as? EngineError)?.code == .unreachable }
        }
    }

    @Test("two members promoted from the same place are not rewound but refused")
    func sameTimeline() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 180)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let (first, second, id) = try await PositionTests.pair(cluster)
            try await second.engine.follow(nil, as: second.voter)
            try await first.crash()
            try first.launch()
            try await first.standby("returned")
            for member in [first, second] {
                try await member.engine.promote(member.promotionPermit())
                try await member.engine.setAccess(.open)
                try await member.run("INSERT INTO t VALUES (\(member.name == "db-0" ? 1 : 2))")
            }
            try await second.engine.prepareFollowers([first.name])
            try await first.crash()
            let permit = ErasurePermit(scope: .divergedTail, clusterID: id)
            await #expect {
                try await first.engine.rewind(to: second.donor, permit)
            } throws: { ($0 as? EngineError)?.code == .verificationFailed }
            try await first.engine.clone(from: second.donor, permit)
            try await first.start()
            try await first.standby("runs")
            try await first.engine.follow(second.donor, as: first.voter)
            try await first.standby("streams") { $0.isStreaming }
            #expect(try await first.run("SELECT a FROM t") == [["2"]])
        }
    }

    @Test("slots of members no longer named go, another's stay, and a replica keeps none")
    func slots() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let master = try await FenceTests.openMaster(cluster)
            try await master.run("SELECT pg_create_physical_replication_slot('theirs')")
            try await master.engine.prepareFollowers(["db-1", "db-2"])
            #expect(try await master.primary("both").retained == ["db-1", "db-2"])
            try await master.engine.prepareFollowers(["db-2"])
            #expect(try await master.primary("one").retained == ["db-2"])
            let names = try await master.run(
                "SELECT slot_name FROM pg_replication_slots ORDER BY 1")
            #expect(names == [["theirs"], ["understudy_db_2"]])
            try await master.crash()
            try master.launch()
            try await master.standby("read-only")
            try await master.engine.follow(
                Donor(member: "db-2", host: "127.0.0.1", port: 9), as: master.voter)
            let left = try await master.run("SELECT slot_name FROM pg_replication_slots")
            #expect(left == [["theirs"]])
        }
    }
}
