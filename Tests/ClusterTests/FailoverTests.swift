import ReplicationCore
import Testing

@testable import Playground

extension ClusterTests {
    /// Three real members lose their master in every way that the playground knows. Each test ends
    /// with the account: nothing acknowledged is lost, nothing refused is there, and no two members
    /// took writes at once.
    @Suite("three members", .timeLimit(.minutes(3)))
    struct FailoverTests {
        @Test("go on after the master's database was killed, and are three again")
        func database() async throws {
            let result = try await TestCluster.run { cluster in
                let master = try await cluster.strike { .kill(member: $0, part: .database) }
                try await cluster.observer.waitForNewDatabase(of: master)
                try await cluster.observer.waitUntilSettled()
            }
            result.expectAllHeld()
        }

        @Test("keep their master when only its agent was killed")
        func agent() async throws {
            let result = try await TestCluster.run { cluster in
                let master = try await cluster.strike { .kill(member: $0, part: .agent) }
                try await Waiting.find("a new agent", within: Limits.demoSettled) {
                    () async throws(PlaygroundError) -> Void? in
                    let now = try await cluster.process.client.status().members[master.ordinal]
                    return now.agentPid != nil && now.agentPid != master.agentPid ? () : nil
                }
                try await cluster.observer.waitUntilSettled()
                let now = try await cluster.observer.waitForMaster()
                #expect(now.name == master.name)
                #expect(now.databasePid == master.databasePid)
            }
            result.expectAllHeld()
        }

        @Test("replace a master whose machine is lost before its Lease is over, and take it back")
        func node() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                let start = ContinuousClock.now
                let lost = try await cluster.strike { .kill(member: $0, part: .node) }
                try await cluster.loaded.waitForWrites(after: .now)
                // The Lease lasts for 11 s; the bench has the target of 6 s on a quiet machine.
                #expect(try await cluster.loaded.longestPause(after: start) < .seconds(9))
                #expect(try await cluster.observer.waitForMaster().name != lost.name)
                _ = try await cluster.process.client.send(.start(member: lost.name))
                try await cluster.observer.waitForNewDatabase(of: lost)
                try await cluster.observer.waitUntilSettled()
                let back = try await cluster.process.client.status().members[lost.ordinal]
                #expect(back.role == "replica")
            }
            result.expectAllHeld()
        }

        @Test("clone an ordinal 0 whose volume was emptied, and never initialise it")
        func wipe() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                try await cluster.observer.waitUntilSettled()
                try await cluster.loaded.waitForWrites(after: .now)
                let first = try await cluster.process.client.status().members[0]
                _ = try await cluster.process.client.send(.wipe(member: first.name))
                try await cluster.observer.waitForNewDatabase(of: first)
                try await cluster.observer.waitUntilSettled()
                // What was written before the volume was emptied can only have been cloned.
                #expect(try await cluster.loaded.numbers(at: first.address).contains(1))
            }
            result.expectAllHeld()
        }

        @Test("hand over when the master's Pod is deleted, and refuse writes for 2 s at most")
        func deletion() async throws {
            let result = try await TestCluster.run { cluster in
                let members = try await cluster.process.client.status().members
                let before = members.map { cluster.said(.initialiser, of: $0) }
                let start = ContinuousClock.now
                let master = try await cluster.strike { .delete(member: $0) }
                try await cluster.observer.waitForNewDatabase(of: master)
                try await cluster.observer.waitUntilSettled()
                let successor = try await cluster.observer.waitForMaster()
                #expect(successor.name != master.name)
                try await cluster.loaded.waitForWrites(after: .now)
                #expect(try await cluster.loaded.longestPause(after: start) <= .seconds(2))

                // Its data went on as it was: nothing was taken back or copied, nobody else's init
                // ran, and it has all that the successor has.
                for (member, before) in zip(members, before) {
                    let new = cluster.said(.initialiser, of: member).dropFirst(before.count)
                    let isDeleted = member.name == master.name
                    #expect(new.contains("\"data directory ready\"") == isDeleted, "\(new)")
                    for word in ["rewinding", "cloning", "initialising"] {
                        #expect(!new.contains("\"\(word)"), "\(new)")
                    }
                }
                let all = try await cluster.loaded.numbers(at: successor.address)
                try await Waiting.find("all rows at \(master.name)", within: Limits.demoSettled) {
                    () async throws(PlaygroundError) -> Void? in
                    let held = try await cluster.loaded.numbers(at: master.address)
                    return held.isSuperset(of: all) ? () : nil
                }
            }
            result.expectAllHeld()
        }
    }
}
