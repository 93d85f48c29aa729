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
struct LifeOfAClusterTests {
    @Test("three members live through initialise, clone, failover and rewind without loss")
    func wholeLife() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 240)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            try await LifeOfAClusterTests.live(cluster)
        }
    }

    static func live(_ cluster: TestCluster) async throws {
        let (first, second, third) = (
            try cluster.member(0), try cluster.member(1), try cluster.member(2)
        )
        let id = try await startFirst(first)
        for member in [second, third] {
            try await join(member, to: first, id)
        }
        try await replicateSynchronously(first, [second, third])
        try await crashAndReturnReadOnly(first)
        try await failOver(from: first, to: second, keeping: third, id)
        for member in [first, second, third] { try await member.shutDown() }
    }

    /// Initialise, start read-only, promote, open.
    static func startFirst(_ first: TestMember) async throws -> String {
        let id = try await first.engine.initialise(InitialisationPermit(member: first.name))
        let stopped = try await first.engine.inspectDataDirectory()
        #expect(stopped?.clusterID == id)
        #expect(stopped?.isClean == true && stopped?.wasPrimary == true)
        try await first.start()
        let standby = try await first.standby("read-only at first") { $0.isFinal }
        #expect(standby.clusterID == id && standby.upstream == nil && standby.access == .open)
        #expect(standby.position.branch == 1)
        if let stopped { #expect(standby.position.offset >= stopped.position.offset) }

        try await first.engine.promote(first.promotionPermit())
        let closed = try await first.primary("promoted, closed")
        #expect(closed.access == .closed && closed.isArmed && closed.lineage.tip.branch == 2)
        #expect(closed.lineage.order(of: standby.position) == .behind)
        try await first.engine.prepareFollowers(["db-1", "db-2"])
        try await first.engine.setAccess(.open)
        let open = try await first.primary("open") { $0.access == .open }
        #expect(open.retained == ["db-1", "db-2"] && open.isSynchronousInForce)
        try await first.run("CREATE TABLE rows (id integer PRIMARY KEY)")
        try await first.run("INSERT INTO rows SELECT generate_series(1, 1000)")
        return id
    }

    static func join(_ member: TestMember, to master: TestMember, _ id: String) async throws {
        #expect(try await member.engine.inspectDataDirectory() == nil)
        try await member.engine.clone(
            from: master.donor, ErasurePermit(scope: .nothingOfWorth, clusterID: id))
        try await member.start()
        try await member.standby("started") { $0.isFinal }
        try await member.engine.follow(master.donor, as: member.voter)
        let standby = try await member.standby("streaming") { $0.isStreaming }
        #expect(standby.upstream == master.name && !standby.isFinal)
    }

    static func replicateSynchronously(
        _ master: TestMember, _ others: [TestMember]
    ) async throws {
        let set = SynchronousSet(voters: others.map(\.voter), required: 1)
        try await master.engine.setSynchronous(set)
        let primary = try await master.primary("synchronous") { $0.isSynchronousInForce }
        #expect(primary.synchronous == set)
        #expect(Set(primary.replicas.map(\.voter)) == Set(others.map(\.voter)))
        #expect(primary.replicas.allSatisfy { $0.counts && $0.isStreaming })
        try await master.run("INSERT INTO rows SELECT generate_series(1001, 2000)")
        // Nobody left to acknowledge: a commit waits.
        for other in others { try await other.engine.follow(nil, as: other.voter) }
        for other in others { try await other.standby("cut off") { $0.isFinal } }
        let client = try await master.client()
        await #expect(throws: PostgreSQLError.self) {
            try await client.query("INSERT INTO rows VALUES (-1)", timeout: .milliseconds(700))
        }
        for other in others { try await other.engine.follow(master.donor, as: other.voter) }
        try await master.run("INSERT INTO rows VALUES (2001)")
    }

    /// kill -9 of everything, and a restart by the kubelet alone.
    static func crashAndReturnReadOnly(_ master: TestMember) async throws {
        try await master.crash()
        #expect(await master.engine.observe() == .down)
        try master.launch()
        let standby = try await master.standby("read-only after the crash") { $0.isFinal }
        #expect(standby.access == .open && standby.position.branch == 2)
        let rows = try await master.run("SELECT count(*) FROM rows WHERE id > 0")
        #expect(rows == [["2001"]])
        await #expect(throws: PostgreSQLError.self) {
            try await master.run("INSERT INTO rows VALUES (9999)")
        }
    }

    static func failOver(
        from old: TestMember, to new: TestMember, keeping third: TestMember, _ id: String
    ) async throws {
        // The old master goes on, and then gets a tail that nobody else has.
        try await old.engine.promote(old.promotionPermit())
        try await old.engine.prepareFollowers([new.name, third.name])
        try await old.engine.setAccess(.open)
        for member in [new, third] {
            try await member.standby("follows over the crash") {
                $0.isStreaming && $0.position.branch == 3
            }
        }
        // The new master last: whatever the old one writes meanwhile, it must hold all that the
        // third has.
        for member in [third, new] { try await member.engine.follow(nil, as: member.voter) }
        try await old.run("INSERT INTO rows VALUES (5000)")
        let tail = try await old.primary("with a tail").lineage.tip
        try await old.crash()

        let end = try await new.standby("final") { $0.isFinal }
        try await new.engine.promote(
            new.promotionPermit(SynchronousSet(voters: [third.voter], required: 1)))
        try await new.engine.prepareFollowers([old.name, third.name])
        let primary = try await new.primary("promoted")
        #expect(primary.lineage.order(of: tail) == .diverged)
        #expect(primary.lineage.order(of: end.position) == .behind)
        #expect(primary.access == .closed)
        try await third.engine.follow(new.donor, as: third.voter)
        try await third.standby("streaming the new branch") {
            $0.isStreaming && $0.position.branch == primary.lineage.tip.branch
        }
        try await new.primary("in force") { $0.isSynchronousInForce }
        try await new.engine.setAccess(.open)
        try await new.run("INSERT INTO rows VALUES (3000)")

        let stopped = try await old.engine.inspectDataDirectory()
        #expect(stopped?.isClean == false)
        try await old.engine.rewind(
            to: new.donor, ErasurePermit(scope: .divergedTail, clusterID: id))
        old.incarnation = Incarnation.random()
        try await old.start()
        try await old.standby("rewound") { $0.isFinal }
        try await old.engine.follow(new.donor, as: old.voter)
        try await old.standby("follows") {
            $0.isStreaming && $0.position.branch == primary.lineage.tip.branch
        }
        try await eventually("the same rows everywhere") {
            var counts: Set<String> = []
            for member in [old, new, third] {
                let rows = try await member.run("SELECT count(*), sum(id) FROM rows WHERE id > 0")
                counts.insert(rows[0].map { $0 ?? "" }.joined(separator: "/"))
            }
            return counts.count == 1
        }
        #expect(try await old.run("SELECT 1 FROM rows WHERE id = 5000").isEmpty)
    }
}
