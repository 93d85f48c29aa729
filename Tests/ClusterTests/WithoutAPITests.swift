import ReplicationCore
import Testing

@testable import Playground

extension ClusterTests {
    /// The API server is away.
    @Suite("three members without an API server", .timeLimit(.minutes(4)))
    struct WithoutAPITests {
        /// Longer than a Lease lasts.
        private let long = Profile.fast.timing.duration + .seconds(5)

        @Test("go on writing for longer than the Lease lasts, and renew it when the API is back")
        func allMembersUp() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                try await cluster.observer.waitUntilSettled()
                let master = try await cluster.observer.waitForMaster()
                try await cluster.loaded.waitForWrites(after: .now)
                for outage in [ControlRequest.Service.stopped, .hanging] {
                    let start = ContinuousClock.now
                    _ = try await cluster.process.client.send(.api(outage))
                    let before = try await cluster.process.client.status().lease
                    // That nothing happens is seen by waiting.
                    try await Task.sleep(for: long)
                    #expect(try await cluster.process.client.status().lease == before)
                    _ = try await cluster.process.client.send(.api(.running))
                    try await cluster.wait("a renewal") {
                        $0.lease.renewTime != before.renewTime
                    }
                    try await cluster.loaded.waitForWrites(after: .now)
                    #expect(await cluster.loaded.ledger().failures(after: start) == [])
                    #expect(try await cluster.loaded.longestPause(after: start) < .seconds(2))
                }
                try await cluster.observer.waitUntilSettled()
                let now = try await cluster.observer.waitForMaster()
                #expect(now.name == master.name && now.databasePid == master.databasePid)
            }
            result.expectAllHeld()
        }

        @Test("never have two masters, whoever is killed, and replace a lost one when it is back")
        func membersKilled() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                let client = cluster.process.client
                try await cluster.observer.waitUntilSettled()
                let master = try await cluster.observer.waitForMaster()
                let replicas = try await cluster.others(than: master)
                _ = try await client.send(.api(.stopped))
                let before = try await client.status().lease
                // The other one acknowledges, and promises, while one is away.
                _ = try await client.send(.kill(member: replicas[0].name, part: .node))
                try await cluster.loaded.waitForWrites(after: .now)
                // What starts meanwhile cannot know what became of the Lease, and waits.
                for (index, replica) in replicas.enumerated() {
                    if index > 0 {
                        _ = try await client.send(.kill(member: replica.name, part: .node))
                    }
                    _ = try await client.send(.start(member: replica.name))
                    try await cluster.waitForReports("its agent", of: [replica]) {
                        $0.database == .down
                    }
                }
                #expect(try await client.status().lease == before)

                _ = try await client.send(.kill(member: master.name, part: .node))
                let lost = ContinuousClock.now
                // That nothing happens is seen by waiting: the Lease is over after 11 s.
                try await Task.sleep(for: long)
                #expect(await !cluster.loaded.isWritten(after: lost))
                #expect(try await client.status().lease == before)

                _ = try await client.send(.api(.running))
                try await cluster.loaded.waitForWrites(after: .now)
                #expect(try await cluster.observer.waitForMaster().name != master.name)
                _ = try await client.send(.start(member: master.name))
                try await cluster.observer.waitForNewDatabase(of: master)
                try await cluster.observer.waitUntilSettled()
            }
            result.expectAllHeld()
        }
    }
}
