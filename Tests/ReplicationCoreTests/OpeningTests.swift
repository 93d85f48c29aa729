import Testing

@testable import ReplicationCore

/// From the claim to the open master, without a needless step (rules S9 and S10).
@Suite struct OpeningTests {
    let now = Build.now

    @Test("a holder with its proof shuts sessions out while the claim is on its way")
    func closeWithClaim() {
        let seen = Build.replica().with { seen in
            seen.directory = .complete(Build.state(1, promised: 6))
            seen.database = .standby(Build.standby(isFinal: true))
            seen.holds(Build.record(master: 1), term: 6)
        }
        let decision = decide(seen, at: now)
        #expect(decision.write?.record.master?.term == 6)
        #expect(decision.effects.contains(.close))
        let unproven = seen.with { seen in
            seen.holds(Build.record(), term: 6)
            seen.peers = [:]
        }
        #expect(!decide(unproven, at: now).effects.contains(.close))
    }

    @Test("a new master opens with its recorded voters, and adds others only once it is open")
    func newcomers() {
        let closed = newMaster()
        #expect(decide(closed, at: now).opening != nil)
        #expect(sets(closed) == nil)
        let open = closed.with { $0.database = .primary(primary(.open)) }
        #expect(decide(open, at: now).write?.record.synchronous == Build.set([1, 2], 1))
    }

    @Test("a recorded voter that does not come is not waited for long when another is there")
    func lostVoter() {
        var seen = newMaster()
        seen.peers["pg-1"] = nil
        seen.streamedAt = [:]
        seen.databaseSince = now - .milliseconds(900)
        #expect(decide(seen, at: now).write == nil)
        seen.databaseSince = now - .milliseconds(1100)
        #expect(decide(seen, at: now).write?.record.synchronous == Build.set([1, 2], 1))
    }

    @Test("nothing opens before W voters hold the local end and have persisted the term (S8, S10)")
    func voters() {
        let behind = newMaster().with {
            $0.database = .primary(primary(.closed, [Build.connection(1, flushed: 449)]))
        }
        let uncounted = newMaster().with {
            $0.database = .primary(primary(.closed, [Build.connection(1, counts: false)]))
        }
        let unlisted = newMaster().with { seen in
            seen.streamedAt = [:]
            seen.hears(Build.follower(1, term: 4))
        }
        let selfAmong = newMaster().with { $0.holds(Build.record(Build.set([0, 1], 1))) }
        let unforced = newMaster().with { seen in
            var primary = primary(.closed)
            primary.isSynchronousInForce = false
            seen.database = .primary(primary)
        }
        let unarmed = newMaster().with { seen in
            var primary = primary(.closed)
            primary.isArmed = false
            seen.database = .primary(primary)
        }
        let unpersisted = newMaster().with { $0.directory = .complete(Build.state(followed: 4)) }
        let ending = newMaster().with { $0.shutdown = .requested }
        let doubtful = newMaster().with { $0.lease.hasUnknownWrite = true }
        let labelled = newMaster().with { $0.pods?["pg-2"]?.role = "master" }
        let unread = newMaster().with { $0.pods = nil }
        for seen in [
            behind, uncounted, unlisted, selfAmong, unforced, unarmed, unpersisted, ending,
            doubtful, labelled, unread,
        ] {
            #expect(decide(seen, at: now).opening == nil)
        }
    }

    @Test("the barrier's position is read after the set was seen in force, never in the same look")
    func barrier() {
        var seen = newMaster()
        seen.barrier = nil
        seen.database = .standby(Build.standby())
        seen.fold(.databaseObserved(.primary(primary(.closed))), at: now)
        #expect(seen.barrier == nil)
        seen.fold(.databaseObserved(.primary(primary(.closed))), at: now)
        #expect(seen.barrier == Barrier(set: Build.set([1], 1), offset: 500))
        var other = primary(.closed)
        other.synchronous = Build.set([2], 1)
        seen.fold(.databaseObserved(.primary(other)), at: now)
        #expect(seen.barrier == nil)
    }

    @Test("while a release is on its way nothing is renewed, and no status is made up")
    func releasing() {
        var seen = Build.master()
        seen.database = .down
        seen.databaseSince = now - .milliseconds(500)
        let decision = decide(seen, at: now)
        #expect(decision.isReleasing)
        guard let write = decision.write else { return }
        seen.note(begun: .writeLease(write), decision, at: now)
        let after = decide(seen, at: now)
        #expect(after.write == nil)
        #expect(after.status == decision.status)
        seen.fold(.leaseWriteFailed(.unknownOutcome), at: now)
        #expect(decide(seen, at: now).write?.holder == seen.identity.holder)
    }

    private func primary(
        _ access: Access, _ replicas: [ReplicaConnection] = [1, 2].map { Build.connection($0) }
    ) -> PrimaryObservation {
        Build.primary(access: access, Build.set([1], 1), replicas: replicas)
    }

    /// `pg-0` was just promoted with the voter `pg-1`; `pg-2` streams too.
    private func newMaster() -> Observation {
        Build.master().with { seen in
            seen.holds(Build.record(Build.set([1], 1)))
            seen.database = .primary(primary(.closed))
            seen.databaseSince = now - .milliseconds(300)
            seen.barrier = Barrier(set: Build.set([1], 1), offset: 450)
        }
    }

    private func sets(_ seen: Observation) -> SynchronousSet? {
        decide(seen, at: now).effects.lazy.compactMap { effect -> SynchronousSet? in
            if case .setSynchronous(let set) = effect { set } else { nil }
        }.first
    }
}
