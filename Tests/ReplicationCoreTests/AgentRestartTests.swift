import Testing

@testable import ReplicationCore

/// A new agent beside a database that went on without it.
@Suite struct AgentRestartTests {
    let start = Build.now

    @Test(
        "a restarted agent of a master changes neither role nor label, in whatever order it learns",
        arguments: permutations(["volume", "database", "lease", "pods"]))
    func master(order: [String]) {
        var supervisor = supervisor(0)
        let settled = Build.master()
        var now = start
        for step in order {
            now = now + .milliseconds(100)
            let effects = supervisor.handle(event(step, settled), at: now)
            #expect(effects.allSatisfy(isHarmless), "\(step): \(effects)")
            let health = supervisor.health(at: now)
            #expect(health.isDatabaseAlive(at: now))
        }
        guard let write = supervisor.decision.write else {
            Issue.record("it does not renew")
            return
        }
        var value = Build.value(holder: write.holder, version: 101, .readable(write.record))
        value.renewTime = "r2"
        let effects = supervisor.handle(.leaseWritten(value, sentAt: now), at: now)
        #expect(supervisor.decision.role == .master)
        #expect(effects.allSatisfy(isHarmless), "\(effects)")
    }

    @Test(
        "a restarted agent of a replica keeps its label, in whatever order it learns",
        arguments: permutations(["volume", "database", "lease", "pods"]))
    func replica(order: [String]) {
        var supervisor = supervisor(1)
        let settled = Build.replica().with {
            $0.pods?["pg-1"]?.status = "replica"
        }
        var now = start
        for step in order {
            now = now + .milliseconds(100)
            let effects = supervisor.handle(event(step, settled), at: now)
            #expect(effects == [], "\(step)")
        }
        #expect(supervisor.decision.role == .replica)
    }

    @Test("a restarted agent that cannot read the Lease closes its primary in time")
    func withoutLease() {
        var supervisor = supervisor(0)
        let settled = Build.master()
        _ = supervisor.handle(event("volume", settled), at: start)
        #expect(supervisor.handle(event("database", settled), at: start + .seconds(1)) == [])
        let late = start + .milliseconds(1600)
        #expect(supervisor.handle(.tick, at: late) == [.close])
        #expect(!supervisor.health(at: late).isDatabaseAlive(at: late))
    }

    @Test("a restarted agent whose own Lease cannot be renewed closes its primary in time")
    func withoutRenewal() {
        var supervisor = supervisor(0)
        let settled = Build.master()
        for step in ["volume", "database", "lease"] {
            _ = supervisor.handle(event(step, settled), at: start)
        }
        _ = supervisor.handle(.leaseWriteFailed(.notApplied), at: start + .seconds(1))
        let late = start + .milliseconds(1600)
        #expect(supervisor.handle(.tick, at: late).contains(.close))
    }

    private func supervisor(_ ordinal: Int) -> Supervisor {
        Supervisor(
            identity: Build.identity(ordinal), settings: Build.settings(), startedAt: start)
    }

    private func event(_ step: String, _ settled: Observation) -> Event {
        switch step {
        case "volume": .directoryInspected(settled.directory, nil)
        case "database": .databaseObserved(settled.database)
        case "lease": .leaseObserved(settled.lease.value)
        case "pods":
            .podsObserved((settled.pods ?? [:]).values.sorted { $0.name < $1.name })
        case let other: .peerSilent(other)
        }
    }

    /// A renewal, or a mark that gives the same role.
    private func isHarmless(_ effect: Effect) -> Bool {
        switch effect {
        case .writeLease(let write): write.holder == Build.identity().holder && write.term == 5
        case .mark(let pod, _, let marks): pod == "pg-0" && marks.role == .master
        case .readLease: true
        case .persist, .promote, .open, .openForReads, .close, .follow, .setSynchronous,
            .prepareFollowers, .stopDatabase, .restartPod, .requestPromise:
            false
        }
    }
}

func permutations<Element>(_ elements: [Element]) -> [[Element]] {
    guard let first = elements.first else { return [[]] }
    return permutations(Array(elements.dropFirst())).flatMap { rest in
        (0...rest.count).map { index in
            Array(rest[..<index]) + [first] + Array(rest[index...])
        }
    }
}
