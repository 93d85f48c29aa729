import Testing

@testable import ReplicationCore

/// What was learned earlier than it arrives, or was true of an earlier life.
@Suite struct StaleNewsTests {
    let now = Build.now

    @Test("the end of an earlier stop is not handed on as the end of all data (S7b)")
    func stopped() {
        let stopped = StoppedDatabase(
            clusterID: Build.clusterID, isClean: true, wasPrimary: true,
            position: Position(branch: 5, offset: 100))
        var seen = Build.master()
        seen.shutdown = .requested
        seen.fold(.directoryInspected(seen.directory, stopped), at: now)
        seen.fold(.databaseObserved(seen.database), at: now)
        seen.fold(.databaseObserved(.down), at: now)
        #expect(seen.stopped == nil)
        #expect(!decide(seen, at: now).isReleasing)
        seen.fold(.directoryInspected(seen.directory, stopped), at: now)
        #expect(decide(seen, at: now).write?.record.final == Build.at(5, 5, 100))
    }

    @Test("a crash leaves no end of all data, whoever takes over")
    func crashed() {
        var seen = Build.master()
        seen.shutdown = .requested
        seen.fold(.databaseObserved(.down), at: now)
        for (isClean, wasPrimary, clusterID) in [
            (false, true, Build.clusterID), (true, false, Build.clusterID), (true, true, "other"),
        ] {
            let stopped = StoppedDatabase(
                clusterID: clusterID, isClean: isClean, wasPrimary: wasPrimary,
                position: Position(branch: 5, offset: 100))
            seen.fold(.directoryInspected(seen.directory, stopped), at: now)
            let decision = decide(seen, at: now)
            #expect(decision.isReleasing)
            #expect(decision.write?.record.final == nil)
        }
    }

    @Test("a late look at the volume takes back no promise (S12)")
    func promise() {
        var seen = Build.replica()
        let promised = Build.state(1, promised: 6, followed: 5)
        seen.fold(.effectEnded(.persist(promised), failure: nil), at: now)
        seen.fold(.directoryInspected(.complete(Build.state(1)), nil), at: now)
        #expect(seen.state?.promisedTerm == 6)
        let other = Build.state(1, promised: 0, followed: 0, incarnation: "b")
        seen.fold(.directoryInspected(.complete(other), nil), at: now)
        #expect(seen.state == other)
    }

    @Test("of two reports of a peer the one that was asked for later counts")
    func reports() {
        var seen = Build.replica()
        seen.fold(.peerReported(Build.follower(2, offset: 900), askedAt: now), at: now)
        seen.fold(
            .peerReported(Build.follower(2, offset: 100), askedAt: now - .seconds(1)), at: now)
        #expect(seen.peers["pg-2"]?.report.position?.position.offset == 900)
    }

    @Test("a peer of another cluster, an unknown one, or this member itself is not heard")
    func strangers() {
        var seen = Build.replica()
        seen.peers = [:]
        var stranger = Build.follower(2)
        stranger.cluster = "other"
        for report in [stranger, Build.follower(7), Build.follower(1)] {
            seen.fold(.peerReported(report, askedAt: now), at: now)
        }
        #expect(seen.peers.isEmpty)
    }

    @Test("a stale look at the Lease is ignored, one of another object is not")
    func lease() {
        var seen = Build.master()
        let other = Build.identity(1).holder
        seen.fold(
            .leaseObserved(Build.value(holder: other, version: 99, .missing)), at: now)
        #expect(seen.lease.isValid(for: seen.identity, at: now))
        seen.fold(
            .leaseObserved(Build.value(holder: other, version: 9, .missing, uid: "new")), at: now)
        #expect(!seen.lease.isHeld(by: seen.identity))
        #expect(seen.lease.validUntil == nil)
    }

    @Test("the answer to an own write that comes after later news does not hide them")
    func written() {
        var seen = Build.master()
        let record = Build.record()
        let mine = Build.value(
            holder: seen.identity.holder, version: 101, renewal: "r2", .readable(record))
        let taken = Build.value(
            holder: Build.identity(1).holder, term: 6, version: 102, .readable(record))
        seen.fold(.leaseObserved(taken), at: now)
        seen.fold(.leaseWritten(mine, sentAt: now - .seconds(1)), at: now)
        #expect(!seen.lease.isHeld(by: seen.identity))
        #expect(seen.lease.validUntil == nil)
        var edited = Build.master()
        var later = mine
        later.resourceVersion = "103"
        edited.lease.hasUnknownWrite = true
        edited.fold(.leaseObserved(later), at: now)
        edited.fold(.leaseWritten(mine, sentAt: now), at: now)
        #expect(edited.lease.value == later)
        #expect(edited.lease.validUntil == now + Build.timing.deadline)
        #expect(!edited.lease.hasUnknownWrite)
    }
}
