import Testing

@testable import ReplicationCore

/// No setting changes while the record in force is in doubt, and the record gives nobody up while
/// the settings are (rules S4 and S5).
@Suite struct DoubtTests {
    let now = Build.now

    @Test("no setting changes after a write of unknown outcome, or one that met another version")
    func unknownOutcome() {
        for failure in [LeaseWriteFailure.unknownOutcome, .conflict] {
            var seen = joining()
            #expect(sets(seen) == Build.set([1, 2], 1))
            seen.fold(.leaseWriteFailed(failure), at: now)
            #expect(sets(seen) == nil)
            // A read is not enough.
            var value = seen.lease.value
            value?.resourceVersion = "101"
            seen.fold(.leaseObserved(value), at: now)
            #expect(sets(seen) == nil)
            #expect(decide(seen, at: now).write?.holder == seen.identity.holder)
            if let value { seen.fold(.leaseWritten(value, sentAt: now), at: now) }
            #expect(sets(seen) == Build.set([1, 2], 1))
        }
        var seen = joining()
        seen.fold(.leaseWriteFailed(.notApplied), at: now)
        #expect(sets(seen) != nil)
    }

    @Test("no setting changes while an own write of another set is under way")
    func pending() {
        var seen = joining()
        seen.note(begun: write(Build.record(Build.set([1], 1))), decide(seen, at: now), at: now)
        #expect(sets(seen) == nil)
        seen.fold(.leaseWriteFailed(.notApplied), at: now)
        #expect(sets(seen) != nil)
        seen.note(begun: write(Build.record()), decide(seen, at: now), at: now)
        #expect(sets(seen) != nil)
    }

    @Test("no setting changes while the API is down")
    func apiDown() {
        let seen = joining().with { $0.lease.isReachable = false }
        #expect(sets(seen) == nil)
    }

    @Test("a weak database is closed at once, but restored only when the record is sure (S6)")
    func restore() {
        var seen = joining().with { $0.lease.hasUnknownWrite = true }
        var primary = Build.primary(.empty)
        seen.database = .primary(primary)
        #expect(decide(seen, at: now).effects.contains(.close))
        primary.access = .closed
        seen.database = .primary(primary)
        #expect(sets(seen) == nil)
        seen.lease.hasUnknownWrite = false
        #expect(sets(seen) == Build.set([1, 2], 1))
    }

    @Test("the record gives up a voter only once the settings were written and then seen")
    func settings() {
        var seen = leaving()
        #expect(decide(seen, at: now).write == nil)
        #expect(sets(seen) == Build.set([1], 1))
        seen.note(
            begun: .setSynchronous(Build.set([1], 1)), decide(seen, at: now), at: now)
        seen.fold(.databaseObserved(seen.database), at: now)
        #expect(seen.synchronousSetting == .inDoubt)
        seen.fold(.effectEnded(.setSynchronous(Build.set([1], 1)), failure: "late"), at: now)
        seen.fold(.databaseObserved(seen.database), at: now)
        #expect(decide(seen, at: now).write == nil)
        seen.fold(.effectEnded(.setSynchronous(Build.set([1], 1)), failure: nil), at: now)
        #expect(decide(seen, at: now).write == nil)
        seen.fold(.databaseObserved(seen.database), at: now)
        #expect(decide(seen, at: now).write?.record.synchronous == Build.set([1], 1))
    }

    @Test("what the record only adds needs no look at the settings")
    func pessimism() {
        let seen = leaving().with { seen in
            seen.holds(Build.record(Build.set([1], 1)))
            seen.database = .primary(Build.primary(Build.set([1], 1)))
            seen.hears(Build.follower(2))
        }
        #expect(decide(seen, at: now).write?.record.synchronous == Build.set([1, 2], 1))
        let alone = leaving().with { seen in
            seen.holds(Build.record(Build.set([1], 1)))
            seen.database = .primary(Build.primary(Build.set([1], 1), replicas: []))
            seen.streamedAt = [:]
        }
        #expect(decide(alone, at: now).write?.record.synchronous == .empty)
    }

    @Test("a look at the database that began before an effect had ended is not believed")
    func outdatedLook() {
        var supervisor = Supervisor(observation: Build.master())
        let weak = DatabaseObservation.primary(Build.primary(Build.set([1], 1)))
        let begun = supervisor.handle(.databaseObserved(weak, askedAt: now), at: now)
        #expect(begun.contains(.setSynchronous(Build.set([1, 2], 1))) || begun.contains(.close))
        guard let effect = begun.first(where: { $0.resource != .lease }) else { return }
        _ = supervisor.handle(
            .effectEnded(effect, failure: nil), at: now + .milliseconds(20))
        let good = DatabaseObservation.primary(Build.primary())
        _ = supervisor.handle(
            .databaseObserved(good, askedAt: now + .milliseconds(10)),
            at: now + .milliseconds(30))
        #expect(supervisor.observation.database == weak)
        _ = supervisor.handle(
            .databaseObserved(good, askedAt: now + .milliseconds(30)),
            at: now + .milliseconds(40))
        #expect(supervisor.observation.database == good)
    }

    private func write(_ record: ClusterRecord) -> Effect {
        .writeLease(
            LeaseWrite(
                expecting: nil, holder: Build.identity().holder, term: 5,
                duration: Build.timing.duration, record: record))
    }

    private func sets(_ seen: Observation) -> SynchronousSet? {
        decide(seen, at: now).effects.lazy.compactMap { effect -> SynchronousSet? in
            if case .setSynchronous(let set) = effect { set } else { nil }
        }.first
    }

    /// The record has both voters, the database only one.
    private func joining() -> Observation {
        Build.master().with { seen in
            seen.database = .primary(Build.primary(Build.set([1], 1)))
        }
    }

    /// The second voter is lost, and the database has given it up.
    private func leaving() -> Observation {
        Build.master().with { seen in
            seen.database = .primary(
                Build.primary(Build.set([1], 1), replicas: [Build.connection(1)]))
            seen.barrier = Barrier(set: Build.set([1], 1), offset: 450)
            seen.streamedAt[Build.voter(2)] = now - .seconds(10)
            seen.peers["pg-2"] = nil
        }
    }
}
