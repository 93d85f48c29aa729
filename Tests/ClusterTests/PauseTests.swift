import ReplicationCore
import Testing

@testable import Playground

extension ClusterTests {
    /// A pause stops elections, and nothing else.
    @Suite("three members that are paused", .timeLimit(.minutes(3)))
    struct PauseTests {
        @Test("take their master back when it returns, and replace a lost one only when resumed")
        func pause() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                try await cluster.observer.waitUntilSettled()
                let members = try await cluster.process.client.status().members
                try await cluster.annotate(Asked.paused, "true")
                try await cluster.waitForReports("the pause", of: members) { $0.lease.isPaused }

                let master = try await cluster.strike { .kill(member: $0, part: .database) }
                try await cluster.observer.waitForNewDatabase(of: master)
                try await cluster.observer.waitUntilSettled()
                try await cluster.loaded.waitForWrites(after: .now)
                #expect(try await cluster.observer.waitForMaster().name == master.name)

                _ = try await cluster.process.client.send(.kill(member: master.name, part: .node))
                let lost = ContinuousClock.now
                // That nothing happens is seen by waiting: the Lease is over after 11 s.
                try await Task.sleep(for: Profile.fast.timing.duration + .seconds(4))
                #expect(await !cluster.loaded.isWritten(after: lost))
                let status = try await cluster.process.client.status()
                #expect(status.lease.holder.hasPrefix("\(master.name)_"))

                try await cluster.annotate(Asked.paused, nil)
                try await cluster.loaded.waitForWrites(after: .now)
                #expect(try await cluster.observer.waitForMaster().name != master.name)
                _ = try await cluster.process.client.send(.start(member: master.name))
                try await cluster.observer.waitForNewDatabase(of: master)
                try await cluster.observer.waitUntilSettled()
            }
            result.expectAllHeld()
        }
    }
}
