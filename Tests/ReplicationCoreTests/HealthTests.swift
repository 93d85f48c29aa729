import Testing

@testable import ReplicationCore

/// The verdicts behind the probes: they ripen without the loop, and fail for a fence alone.
@Suite struct HealthTests {
    let now = Build.now

    @Test("a master is alive, ready and master until its Lease ends, also when the loop stands")
    func ripens() {
        let health = verdicts(Build.master())
        let end = now + .seconds(6)
        #expect(health.isDatabaseAlive(at: end - .milliseconds(1)))
        #expect(health.isMaster(at: end - .milliseconds(1)))
        #expect(health.isReady(at: end - .milliseconds(1)))
        #expect(!health.isDatabaseAlive(at: end))
        #expect(!health.isMaster(at: end))
        #expect(!health.isReady(at: end))
        #expect(!health.isLive(at: now + .seconds(10)))
    }

    @Test("what cannot acknowledge a write lives on, whoever has the Lease")
    func harmless() {
        let harmless: [DatabaseObservation] = [
            .down, .starting, .standby(Build.standby()),
            .primary(Build.primary(access: .closed)),
        ]
        for database in harmless {
            for holder in ["", Build.identity(1).holder, Build.identity().holder] {
                let seen = Build.master().with { seen in
                    seen.lease.content = .present(
                        Build.value(holder: holder, term: 6, .readable(Build.record())))
                    seen.lease.validUntil = nil
                    seen.fold(.databaseObserved(database), at: now)
                }
                #expect(verdicts(seen).isDatabaseAlive(at: now + .seconds(3600)))
            }
        }
    }

    @Test("a primary that is open, or not surely closed, under another's Lease is not alive")
    func unexpected() {
        for access in [Access.open, .uncertain] {
            let seen = Build.master().with { seen in
                seen.lease.content = .present(
                    Build.value(
                        holder: Build.identity(1).holder, term: 6, .readable(Build.record())))
                seen.database = .primary(Build.primary(access: access))
            }
            #expect(!verdicts(seen).isDatabaseAlive(at: now))
        }
        let unrecorded = Build.master().with { $0.holds(Build.record(master: 1)) }
        #expect(!verdicts(unrecorded).isDatabaseAlive(at: now))
    }

    @Test(
        "a master that does not answer dies with its Lease, or after ten seconds; a replica never")
    func unresponsive() {
        var seen = Build.master()
        seen.fold(.databaseObserved(.unresponsive), at: now)
        seen.lease.validUntil = now + .seconds(60)
        #expect(verdicts(seen).isDatabaseAlive(at: now + .seconds(9)))
        #expect(!verdicts(seen).isDatabaseAlive(at: now + .seconds(10)))
        seen.lease.validUntil = now + .seconds(5)
        #expect(!verdicts(seen).isDatabaseAlive(at: now + .seconds(5)))
        var replica = Build.replica()
        replica.fold(.databaseObserved(replica.database), at: now)
        replica.fold(.databaseObserved(.unresponsive), at: now)
        #expect(verdicts(replica).isDatabaseAlive(at: now + .seconds(3600)))
    }

    @Test("a new agent does not take a database that never answered it for a replica")
    func neverAnswered() {
        for database in [DatabaseObservation.unresponsive, .unusable("x"), .unknown] {
            let seen = Build.replica().with { seen in
                seen.startedAt = now
                seen.databaseSince = now
                seen.database = database
            }
            #expect(verdicts(seen).isDatabaseAlive(at: now + .seconds(4)))
            #expect(!verdicts(seen).isDatabaseAlive(at: now + .seconds(5)))
        }
    }

    @Test("one slow answer takes no role away, a hung server soon does")
    func grace() {
        var master = Supervisor(observation: Build.master())
        _ = master.handle(.tick, at: now)
        _ = master.handle(.databaseObserved(.unresponsive), at: now + .seconds(1))
        #expect(master.decision.role == .master)
        #expect(master.health(at: now + .seconds(1)).isMaster(at: now + .seconds(1)))
        _ = master.handle(.databaseObserved(.unresponsive), at: now + .seconds(3))
        #expect(master.decision.role == nil)
        var replica = Supervisor(observation: Build.replica())
        _ = replica.handle(.tick, at: now)
        _ = replica.handle(.databaseObserved(.unresponsive), at: now + .seconds(1))
        #expect(replica.decision.role == .replica)
        _ = replica.handle(.databaseObserved(.unresponsive), at: now + .seconds(3))
        #expect(replica.decision.role == nil)
        var crashed = Supervisor(observation: Build.master())
        _ = crashed.handle(.tick, at: now)
        _ = crashed.handle(.databaseObserved(.down), at: now + .seconds(1))
        #expect(crashed.decision.role == nil)
    }

    @Test("a replica is measured by what its master last said")
    func lag() {
        let seen = Build.replica().with { seen in
            seen.database = .standby(
                Build.standby(Position(branch: 5, offset: 400), upstream: 0, isStreaming: true))
        }
        let health = verdicts(seen)
        #expect(health.lagBytes == 100)
        #expect(health.isReplica(at: now, maximumLagBytes: 100))
        #expect(!health.isReplica(at: now, maximumLagBytes: 99))
        #expect(health.isReplica(at: now, maximumLagBytes: nil))
        #expect(!health.isMaster(at: now))
    }

    @Test("a fence that cannot shut the sessions out stops the server process")
    func escalation() {
        var seen = Build.master()
        seen.lease.validUntil = now
        #expect(decide(seen, at: now).effects.contains(.close))
        seen.fold(.effectEnded(.close, failure: "a session stays"), at: now)
        #expect(decide(seen, at: now).effects.contains(.stopDatabase(urgent: true)))
        seen.fold(.databaseObserved(.down), at: now)
        #expect(!seen.isCloseFailing)
    }

    private func verdicts(_ seen: Observation) -> HealthReport {
        health(seen, decide(seen, at: now), at: now)
    }
}
