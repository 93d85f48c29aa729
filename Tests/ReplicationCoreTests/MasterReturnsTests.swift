import Testing

@testable import ReplicationCore

/// A master whose database comes back while it still holds the Lease.
@Suite struct MasterReturnsTests {
    let now = Build.now

    @Test("a recorded master that still replays keeps the Lease, however long it had it")
    func replaying() {
        let seen = returned(isFinal: false)
        let decision = decide(seen, at: now)
        #expect(!decision.isReleasing)
        #expect(!decision.reasons.contains(.noProof))
        let later = decide(seen, at: now + .seconds(60))
        #expect(!later.isReleasing)
    }

    @Test("a recorded master whose replay somebody paused gives the Lease up")
    func paused() {
        var seen = returned(isFinal: false, isReplayHeld: true)
        #expect(!decide(seen, at: now).isReleasing)
        seen.databaseSince = now - .seconds(11)
        #expect(decide(seen, at: now).isReleasing)
    }

    @Test("every promotion has a term of its own, also that of a master that came back")
    func newTerm() {
        let write = decide(returned(isFinal: true), at: now).write
        #expect(write?.term == 6)
        #expect(write?.holder == Build.identity().holder)
        #expect(write?.record.master?.term == 6)
        #expect(write?.record.master?.proof == .recordedMaster)
        #expect(write?.record.master?.start == Build.at(5, 5, 500))
        #expect(write?.record.synchronous == Build.set([1, 2], 1))
    }

    @Test("the first master is not hurried by the time that its initialisation took")
    func initialised() {
        var seen = returned(isFinal: false)
        seen.directory = .complete(Build.state(promised: 1, followed: 0))
        seen.holds(ClusterRecord(initialisation: .running(by: "pg-0"), mode: .quorum), term: 1)
        seen.lease.takenAt = now - .seconds(60)
        #expect(!decide(seen, at: now).isReleasing)
    }

    private func returned(isFinal: Bool, isReplayHeld: Bool = false) -> Observation {
        Build.master().with { seen in
            seen.database = .standby(
                Build.standby(isFinal: isFinal, isReplayHeld: isReplayHeld))
            seen.databaseSince = now - .milliseconds(100)
            seen.lease.takenAt = now - .seconds(3600)
            seen.peers = [:]
        }
    }
}
