import Glibc
import ReplicationCore
import Testing

@testable import Playground

extension ClusterTests {
    /// What people and machines do to a running cluster besides killing it.
    @Suite("three members that are tampered with", .timeLimit(.minutes(3)))
    struct TamperTests {
        @Test("keep their master when somebody deletes the Lease, which it makes anew in seconds")
        func leaseDeleted() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                try await cluster.observer.waitUntilSettled()
                let master = try await cluster.observer.waitForMaster()
                let before = try await cluster.process.client.status().lease
                _ = try await cluster.process.client.send(.deleteLease)
                try await cluster.wait("a Lease of a later term", within: .seconds(10)) {
                    $0.lease.term > before.term && $0.lease.holder == before.holder
                }
                try await cluster.observer.waitUntilSettled()
                try await cluster.loaded.waitForWrites(after: .now)
                #expect(try await cluster.observer.waitForMaster().name == master.name)
            }
            result.expectAllHeld()
        }

        @Test("replace a master whose server process lets nobody in any more")
        func frozenServer() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                try await cluster.observer.waitUntilSettled()
                let master = try await cluster.observer.waitForMaster()
                let server = try #require(master.databasePid)
                #expect(kill(server, SIGSTOP) == 0)
                try await cluster.observer.waitForNewDatabase(of: master)
                try await cluster.observer.waitUntilSettled()
                #expect(try await cluster.observer.waitForMaster().name != master.name)
            }
            result.expectAllHeld()
        }

        @Test("touch nothing and go on asking while a donor refuses the password, then clone")
        func wrongPassword() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                try await cluster.observer.waitUntilSettled()
                let master = try await cluster.observer.waitForMaster()
                let members = try await cluster.process.client.status().members
                let member = try #require(members.first { $0.name != master.name })
                let secret = cluster.process.directory.secrets + "/replication-password"
                let password = try #require(FileContents.text(secret))
                let role = "ALTER ROLE understudy_replicator PASSWORD"
                try await cluster.administrate(master, "\(role) 'another'")
                let before = cluster.said(.initialiser, of: member)
                let start = ContinuousClock.now
                _ = try await cluster.process.client.send(.wipe(member: member.name))
                try await Waiting.find("three refusals", within: Limits.demoSettled) {
                    () async throws(PlaygroundError) -> Void? in
                    refusals(cluster.said(.database, of: master)) >= 3 ? () : nil
                }
                // Each pause is half a second at least, and a refused connection is tried once.
                let longest = 1 + Int((ContinuousClock.now - start) / .milliseconds(500))
                #expect(refusals(cluster.said(.database, of: master)) <= longest)
                let volume = cluster.process.directory.member(member.name).volume
                #expect(FileTree.names(in: volume) == [])
                // It says so once, with what to do, and has not ended.
                let said = cluster.said(.initialiser, of: member).dropFirst(before.count)
                let lines = said.split(separator: "\n").filter {
                    $0.contains("\"DatabaseUnusable\"")
                }
                #expect(lines.count == 1, "\(said)")
                #expect(lines.first?.contains("\"error\"") == true, "\(said)")
                #expect(lines.first?.contains(secret) == true, "\(said)")
                let journal = FileContents.text(cluster.process.logFile) ?? ""
                #expect(!journal.contains("\(member.name): init "), "\(journal)")

                try await cluster.administrate(master, "\(role) '\(password)'")
                try await cluster.observer.waitForNewDatabase(of: member)
                try await cluster.observer.waitUntilSettled()
            }
            result.expectAllHeld()
        }

        private func refusals(_ log: String) -> Int {
            log.split(separator: "\n").count {
                $0.contains("password authentication failed for user \"understudy_replicator\"")
            }
        }
    }
}
