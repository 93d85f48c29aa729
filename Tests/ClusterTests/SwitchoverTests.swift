import FoundationEssentials
import ReplicationCore
import Subprocess
import Testing

@testable import Playground

extension ClusterTests {
    /// What people ask for by an annotation of the Lease.
    @Suite("three members that are asked for a switchover", .timeLimit(.minutes(3)))
    struct SwitchoverTests {
        @Test("change their master under 16 writing clients, and refuse who cannot take over")
        func switchover() async throws {
            let result = try await TestCluster.run(profile: .fast, writers: 16) { cluster in
                try await cluster.observer.waitUntilSettled()
                let old = try await cluster.observer.waitForMaster()
                let members = try await cluster.process.client.status().members
                let before = members.map { cluster.said(.initialiser, of: $0) }
                let target = try #require(members.last { $0.name != old.name })
                let start = ContinuousClock.now
                try await ask(cluster, for: target.name)
                try await cluster.wait("\(target.name) as master, and the request gone") {
                    let master = $0.members.first { $0.role == "master" && $0.ready }
                    return master?.name == target.name
                        && $0.lease.annotations[Asked.switchover] == nil
                }
                try await cluster.loaded.waitForWrites(after: .now)
                let pause = try await cluster.loaded.longestPause(after: start)
                print("switchover with 16 clients: writes refused for \(Text.seconds(pause))")
                #expect(pause <= .seconds(2))
                try await cluster.observer.waitUntilSettled()
                for (member, before) in zip(members, before) {
                    let new = cluster.said(.initialiser, of: member).dropFirst(before.count)
                    for word in ["rewinding", "cloning", "initialising"] {
                        #expect(!new.contains("\"\(word)"), "\(new)")
                    }
                }
                try await refusal(cluster, master: target, lost: old)
            }
            result.expectAllHeld()
        }

        /// A member whose machine is off cannot take over.
        private func refusal(
            _ cluster: TestCluster, master: PlaygroundStatus.Member, lost: PlaygroundStatus.Member
        ) async throws {
            _ = try await cluster.process.client.send(.kill(member: lost.name, part: .node))
            try await cluster.waitForReports("the loss of \(lost.name)", of: [master]) {
                guard case .primary(let primary) = $0.database else { return false }
                return !primary.replicas.contains { $0.voter.member == lost.name }
            }
            for target in [lost.name, "nobody-7"] {
                let before = cluster.said(.agent, of: master).utf8.count
                try await cluster.annotate(Asked.switchover, target)
                try await cluster.wait("the refusal") {
                    $0.lease.annotations[Asked.switchover] == nil
                }
                let said = cluster.said(.agent, of: master).utf8.dropFirst(before)
                #expect(String(said)?.contains("SwitchoverRefused") == true)
                let now = try await cluster.observer.waitForMaster()
                #expect(now.name == master.name && now.databasePid == master.databasePid)
            }
            _ = try await cluster.process.client.send(.start(member: lost.name))
            try await cluster.observer.waitUntilSettled()
        }

        /// By the real `kubectl` where there is one.
        private func ask(_ cluster: TestCluster, for target: String) async throws {
            let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
            let isInstalled = path.split(separator: ":").contains {
                FileManager.default.isExecutableFile(atPath: $0 + "/kubectl")
            }
            guard isInstalled else {
                return try await cluster.annotate(Asked.switchover, target)
            }
            let kubeconfig = cluster.process.directory.kubeconfig
            let result = try await Subprocess.run(
                .name("kubectl"),
                arguments: [
                    "--kubeconfig", kubeconfig, "annotate", "lease", cluster.loaded.status.cluster,
                    "\(Asked.switchover)=\(target)",
                ], output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
            #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        }
    }
}
