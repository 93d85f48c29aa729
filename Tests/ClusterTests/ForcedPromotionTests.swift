import ReplicationCore
import Testing

@testable import Playground

extension ClusterTests {
    /// Two of three volumes are gone for good.
    @Suite("a member that was left alone", .timeLimit(.minutes(3)))
    struct ForcedPromotionTests {
        @Test("is promoted when a person forces it, and not before")
        func forced() async throws {
            let result = try await TestCluster.run(profile: .fast) { cluster in
                let client = cluster.process.client
                try await cluster.observer.waitUntilSettled()
                let master = try await cluster.observer.waitForMaster()
                let others = try await cluster.others(than: master)
                let (lost, left) = (others[0], others[1])
                try await cluster.loaded.waitForWrites(after: .now)
                await cluster.loaded.stopLoad()
                // Nothing that was acknowledged is on the lost members alone.
                let all = try await cluster.loaded.numbers(at: master.address)
                try await Waiting.find("all rows at \(left.name)", within: Limits.demoSettled) {
                    () async throws(PlaygroundError) -> Void? in
                    let held = try await cluster.loaded.numbers(at: left.address)
                    return held.isSuperset(of: all) ? () : nil
                }
                async let first = client.send(.kill(member: lost.name, part: .node))
                async let second = client.send(.kill(member: master.name, part: .node))
                _ = try await (first, second)
                try await cluster.waitForReports("that promises are missing", of: [left]) {
                    $0.reasons.contains(.promisesMissing)
                }
                let term = try await client.status().lease.term

                // Somebody else's promotion, or one of an earlier mastership, is none.
                try await cluster.annotate(Asked.forcedPromotion, "\(left.name)/\(term - 1)")
                try await cluster.waitForReports("that promises are missing", of: [left]) {
                    $0.reasons.contains(.promisesMissing)
                }
                #expect(try await client.status().lease.holder.hasPrefix("\(master.name)_"))
                try await cluster.annotate(Asked.forcedPromotion, "\(left.name)/\(term)")
                try await cluster.wait("\(left.name) as master, and the request gone") {
                    let masters = $0.members.filter { $0.role == "master" && $0.ready }
                    return masters.map(\.name) == [left.name]
                        && $0.lease.annotations[Asked.forcedPromotion] == nil
                }
                await cluster.loaded.startLoad()
                try await cluster.loaded.waitForWrites(after: .now)
                for member in [master, lost] {
                    _ = try await client.send(.wipe(member: member.name))
                }
                try await cluster.observer.waitUntilSettled()
            }
            result.expectAllHeld()
        }
    }
}
