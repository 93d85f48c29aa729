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
        try #require(converged != nil, "\(world.summary)\n\(world.lastTrace)")
        return world
    }

    /// The ordinal of the open master.
    private func master(of world: ModelWorld) throws -> Int {
        try #require(world.members.first { $0.database.isOpenPrimary }?.ordinal)
    }

    /// Runs until a write of a later term, or of another life of the database, is acknowledged, and
    /// until all is well again; says after how many seconds writes went on.
    private func outage(_ world: ModelWorld, _ fault: () -> Void) throws -> Double {
        let term = try #require(world.lease?.term)
        let begun = world.tick
        fault()
        let isBack = world.run(atMost: ticks(40)) {
            world.lastAcknowledgedTerm > term
        }
        #expect(isBack != nil, "\(world.summary)\n\(world.lastTrace)")
        let seconds = Double(world.tick - begun) / 20
        let converged = world.run(atMost: ticks(90)) { world.isConverged }
        #expect(converged != nil, "\(world.summary)\n\(world.lastTrace)")
        #expect(world.violations == [])
        #expect(world.lostWrites == [])
        return seconds
    }

    @Test("empty directories become a cluster in seconds", arguments: 1...3, [1, 2, 3, 5])
    func firstStart(seed: UInt64, members: Int) throws {
        let world = try started(seed, members: members)
        #expect(world.tick < ticks(10))
        #expect(world.violations == [])
    }

    @Test("without faults nothing changes: one term, no effect but the renewals", arguments: 1...3)
    func quiet(seed: UInt64) throws {
        let world = try started(seed)
        world.run(ticks(10))
        let begun = world.effectsBegun
        let writes = world.version
        world.run(ticks(60))
        #expect(world.effectsBegun == begun)
        #expect(world.lease?.term == 1)
        #expect(world.version - writes <= 32)
        #expect(world.violations == [])
    }

    @Test("a crashed database's master is replaced within three seconds", arguments: 1...4)
    func crash(seed: UInt64) throws {
        let world = try started(seed)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        let seconds = try outage(world) { world.crashDatabase(ordinal) }
        #expect(seconds <= 3)
        #expect(try master(of: world) != ordinal)
    }

    @Test("a master alone comes back in place", arguments: 1...3)
    func crashAlone(seed: UInt64) throws {
        let world = try started(seed, members: 1)
        #expect(try outage(world) { world.crashDatabase(0) } <= 4)
    }

    @Test(
        "a lost member is replaced within 18 seconds, and joins again", arguments: 1...3, [2, 3, 5])
    func loss(seed: UInt64, members: Int) throws {
        let world = try started(seed, members: members)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        let seconds = try outage(world) {
            world.loseNode(ordinal, for: ticks(25), isNewPod: false)
        }
        #expect(seconds <= 18)
    }

    @Test("a master whose Pod is deleted hands over within two seconds", arguments: 1...4)
    func handover(seed: UInt64) throws {
        let world = try started(seed)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        #expect(try outage(world) { world.deletePod(ordinal) } <= 2)
        let hasRewound = world.trace.contains {
            $0.contains("init rewind") || $0.contains("init clone")
        }
        let clones = world.trace.filter { $0.contains("init clone") }.count
        #expect(!hasRewound || clones == 2, "only the first two members were copied")
    }

    @Test("a master that is cut off is fenced before another opens", arguments: 1...3)
    func partition(seed: UInt64) throws {
        let world = try started(seed)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        #expect(try outage(world) { world.isolate(ordinal, for: ticks(30)) } <= 18)
    }

    @Test("a hung database or agent of a master is replaced", arguments: 1...2, [true, false])
    func hang(seed: UInt64, isDatabase: Bool) throws {
        let world = try started(seed)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        let seconds = try outage(world) {
            if isDatabase {
                world.hang(ordinal, for: ticks(60))
            } else {
                world.members[ordinal].stalledUntil = world.tick + ticks(60)
            }
        }
        #expect(seconds <= 25)
    }

    @Test("an emptied volume is copied anew, whoever's it was", arguments: 1...3, [true, false])
    func wipe(seed: UInt64, isMasters: Bool) throws {
        let world = try started(seed)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        if isMasters {
            _ = try outage(world) { world.wipe(ordinal) }
        } else {
            world.wipe((ordinal + 1) % 3)
            world.run(ticks(1))
            let converged = world.run(atMost: ticks(60)) { world.isConverged }
            #expect(converged != nil, "\(world.summary)\n\(world.lastTrace)")
            #expect(world.lease?.term == 1)
        }
        #expect(world.violations == [])
    }

    @Test("what hurts no master changes no master", arguments: 1...3)
    func needless(seed: UInt64) throws {
        let world = try started(seed)
        world.run(ticks(5))
        let ordinal = try master(of: world)
        let replica = (ordinal + 1) % 3
        for fault in 0..<6 {
            switch fault {
            case 0: world.killAgent(ordinal)
            case 1: world.killAgent(replica)
            case 2: world.crashDatabase(replica)
            case 3: world.loseNode(replica, for: ticks(5), isNewPod: true)
            case 4: world.isolate(replica, for: ticks(20))
            default: world.apiCuts[ordinal] = world.tick + ticks(4)
            }
            world.run(ticks(25))
            let converged = world.run(atMost: ticks(30)) { world.isConverged }
            #expect(converged != nil, "\(fault) \(world.summary)\n\(world.lastTrace)")
            #expect(world.lease?.term == 1, "fault \(fault)")
        }
        #expect(world.violations == [])
    }

    @Test(
        "many faults at once: never two open, nothing lost, and well again when they end",
        arguments: [
            (1, 3, Mode.quorum), (2, 3, .quorum), (3, 2, .quorum), (4, 5, .quorum),
            (5, 3, .async), (6, 3, .strict),
        ])
    func chaos(seed: UInt64, members: Int, mode: Mode) {
        let world = ModelWorld(seed: seed, members: members, mode: mode)
        world.troublePercent = 10
        for _ in 0..<2000 {
            world.step()
            guard world.random.chance(2) else { continue }
            if world.random.chance(20), world.isConverged {
                world.strikeVolume()
            } else {
                world.strike()
            }
        }
        world.heal()
        let converged = world.run(atMost: ticks(90)) { world.isConverged }
        #expect(converged != nil, "\(world.summary)\n\(world.lastTrace)")
        world.run(ticks(15))
        let begun = world.effectsBegun
        world.run(ticks(10))
        #expect(world.effectsBegun == begun, "\(world.lastTrace)")
        #expect(world.violations == [], "\(world.lastTrace)")
        #expect(mode == .async || world.lostWrites == [])
    }

    @Test("the same seed gives the same run")
    func deterministic() {
        let runs = (0..<2).map { _ in
            let world = ModelWorld(seed: 42)
            world.troublePercent = 10
            for _ in 0..<600 {
                world.step()
                if world.random.chance(2) { world.strike() }
            }
            return world.trace
        }
        #expect(runs[0] == runs[1])
    }
}
