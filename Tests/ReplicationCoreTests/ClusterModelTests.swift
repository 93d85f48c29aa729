import Testing

@testable import ReplicationCore

/// Whole clusters in one thread: what they do without faults, after one, and in the middle of many.
@Suite struct ClusterModelTests {
    /// Ticks of 50 ms.
    private func ticks(_ seconds: Double) -> Int { Int(seconds * 20) }

    private func started(
        _ seed: UInt64, members: Int = 3, mode: Mode = .quorum
    ) throws -> ModelWorld {
        let world = ModelWorld(seed: seed, members: members, mode: mode)
        let converged = world.run(atMost: ticks(30)) { world.isConverged }
        try #require(converged != nil, "\(world.summary)\n\(world.trace.joined(separator: "\n"))")
        return world
    }

    @Test("empty directories become a cluster in some seconds", arguments: 1...5, [1, 2, 3, 5])
    func firstStart(seed: UInt64, members: Int) throws {
        let world = try started(seed, members: members)
        #expect(world.tick < ticks(16))
        #expect(world.violations == [])
    }
}
