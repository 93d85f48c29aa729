import Testing

@testable import ReplicationCore

/// One test a row of the decision table, as far as it is built.
@Suite struct DecisionTableTests {
    let now = Build.now

    @Test("row 1: a primary that another member's Lease forbids is closed at once")
    func primaryOfAnotherTerm() {
        for access in [Access.open, .uncertain] {
            var seen = Build.master()
            seen.database = .primary(Build.primary(access: access))
            seen.lease.content = .present(
                Build.value(
                    holder: Build.identity(1).holder, term: 6, .readable(Build.record())))
            let decision = decide(seen, at: now)
            #expect(decision.effects.contains(.close))
            #expect(decision.role == nil)
            #expect(decision.status == .fenced)
            #expect(decision.write == nil)
        }
    }

    @Test("row 1: a primary whose own Lease ran out is closed, and tries to renew")
    func primaryOfAnExpiredLease() {
        let seen = Build.master().with { $0.lease.validUntil = now - .milliseconds(1) }
        let decision = decide(seen, at: now)
        #expect(decision.effects.contains(.close))
        #expect(decision.role == nil)
        #expect(decision.write?.holder == Build.identity().holder)
    }

    @Test("row 2: a master stays, and in the steady state does nothing but renew")
    func masterStays() {
        var seen = Build.master()
        seen.pods?["pg-0"]?.status = "master"
        let quiet = decide(seen, at: now)
        #expect(quiet.effects == [])
        #expect(quiet.role == .master)
        #expect(quiet.pace == .steady)
        let due = decide(seen, at: now + .seconds(2))
        #expect(due.effects.count == 1)
        #expect(due.write?.holder == Build.identity().holder)
        #expect(due.write?.term == 5)
        #expect(due.write?.expecting == .init(uid: "lease", resourceVersion: "100"))
        #expect(due.write?.record.synchronous == Build.set([1, 2], 1))
    }

    @Test("row 2: a master takes the label from every other Pod")
    func masterStripsLabels() {
        let seen = Build.master().with { $0.pods?["pg-2"]?.role = "master" }
        let decision = decide(seen, at: now)
        #expect(
            decision.effects.contains(
                .mark(
                    pod: "pg-2", uid: "2-u1", PodMarks(role: nil, status: .starting, term: 5))))
    }

    @Test("row 2: a master arms its directory and keeps what its followers need")
    func masterPrepares() {
        for primary in [
            Build.primary(isArmed: false), Build.primary(retained: [1]),
            Build.primary(retained: []),
        ] {
            let seen = Build.master().with { $0.database = .primary(primary) }
            #expect(
                decide(seen, at: now).effects.contains(.prepareFollowers(["pg-1", "pg-2"])))
        }
    }

    @Test("row 3: a closed primary opens again once its Lease is renewed and voters hold its end")
    func masterOpensAgain() {
        let seen = Build.master().with { $0.database = .primary(Build.primary(access: .closed)) }
        #expect(decide(seen, at: now).opening?.term == 5)
        let late = seen.with { $0.lease.validUntil = now + .seconds(3) }
        #expect(decide(late, at: now).opening == nil)
    }

    @Test("row 4: a closed primary under another's Lease is started anew")
    func closedPrimaryIsDemoted() {
        var seen = Build.master()
        seen.database = .primary(Build.primary(access: .closed))
        seen.lease.content = .present(
            Build.value(holder: Build.identity(1).holder, term: 6, .readable(Build.record())))
        #expect(decide(seen, at: now).effects.contains(.stopDatabase(urgent: true)))
    }

    @Test("row 4: a member with a tail that the master lacks marks itself for rejoining")
    func divergedMemberRejoins() {
        var seen = Build.replica()
        seen.directory = .complete(Build.state(1, promised: 5, followed: 4))
        seen.database = .standby(Build.standby(Position(branch: 4, offset: 450)))
        let decision = decide(seen, at: now)
        #expect(decision.status == .diverged)
        #expect(decision.persisted?.step == .rewinding)
        var marked = seen
        marked.directory = .unfinished(Build.state(1, followed: 4, step: .rewinding))
        #expect(decide(marked, at: now).effects.contains(.restartPod(.diverged)))
    }

    @Test("row 5: a crashed master gives the Lease to a voter that holds all acknowledged")
    func crashedMasterReleases() {
        let decision = decide(crashed(.down), at: now)
        #expect(decision.isReleasing)
        #expect(decision.write?.record.preferredSuccessor == "pg-1")
        #expect(decision.write?.record.final == nil)
        #expect(decision.write?.record.synchronous == Build.set([1, 2], 1))
    }

    @Test("row 5: positions that were heard before the crash do not count")
    func crashedMasterAsksAnew() {
        var seen = crashed(.down)
        seen.hears(Build.follower(1), ago: .milliseconds(600))
        let decision = decide(seen, at: now)
        #expect(!decision.isReleasing)
        #expect(decision.pace == .urgent)
    }

    @Test("row 6: a crashed master whose tail nobody may have stays, and keeps renewing")
    func crashedMasterHolds() {
        var alone = crashed(.down)
        alone.peers["pg-2"] = nil
        #expect(!decide(alone, at: now).isReleasing)
        #expect(decide(alone, at: now + .seconds(2)).write?.holder == Build.identity().holder)
        let none = crashed(.down).with { $0.holds(Build.record(.empty)) }
        #expect(!decide(none, at: now).isReleasing)
    }

    @Test("row 7: a master whose database recovers waits, unless voters hold all")
    func startingMaster() {
        let wasDown = crashed(.starting).with { $0.isKnownReadOnly = true }
        #expect(decide(wasDown, at: now).isReleasing)
        // Not seen down since it was primary: it may be shutting down, with sessions that write.
        let mayWrite = crashed(.starting).with { $0.isKnownReadOnly = false }
        #expect(!decide(mayWrite, at: now).isReleasing)
        let alone = crashed(.starting).with { $0.peers = [:] }
        #expect(!decide(alone, at: now).isReleasing)
    }

    @Test("row 8: a holder whose record names it, closed and with labels clear, is promoted")
    func recordedHolderPromotes() {
        var seen = recordedHolder()
        #expect(decide(seen, at: now).effects.contains(.close))
        #expect(decide(seen, at: now).promotion == nil)
        seen.database = .standby(
            Build.standby(Position(branch: 4, offset: 400), isFinal: true, access: .closed))
        // First the file names the term of which there may be data from now on.
        #expect(decide(seen, at: now).promotion == nil)
        let begun = decide(seen, at: now).persisted
        #expect(begun?.begunTerm == 6)
        if let begun { seen.directory = .complete(begun) }
        let permit = decide(seen, at: now).promotion
        #expect(permit?.term == 6)
        #expect(permit?.voter == Build.voter(1))
        #expect(permit?.synchronous == Build.set([2], 1))
        let labelled = seen.with { $0.pods?["pg-0"]?.role = "master" }
        #expect(decide(labelled, at: now).promotion == nil)
        let late = seen.with { $0.lease.validUntil = now + .seconds(3) }
        #expect(decide(late, at: now).promotion == nil)
        let doubtful = seen.with { $0.lease.hasUnknownWrite = true }
        #expect(decide(doubtful, at: now).promotion == nil)
    }

    @Test("row 8: a holder without proof gives up after ten seconds and waits before the next try")
    func holderWithoutProof() {
        var seen = recordedHolder()
        seen.holds(Build.record(), term: 6)
        seen.database = .standby(
            Build.standby(Position(branch: 4, offset: 400), isFinal: true))
        #expect(!decide(seen, at: now).isReleasing)
        seen.lease.takenAt = now - .seconds(11)
        let decision = decide(seen, at: now)
        #expect(decision.isReleasing)
        #expect(decision.reasons.contains(.noProof))
        var released = seen.lease.record
        released?.releasedTerm = 6
        #expect(decision.write?.record == released)
    }

    @Test("row 9: a free Lease is taken by an eligible member, the record unchanged")
    func candidateTakes() {
        let seen = Build.candidate()
        let decision = decide(seen, at: now)
        #expect(decision.candidacy == .eligible)
        #expect(decision.write?.holder == Build.identity(1).holder)
        #expect(decision.write?.term == 6)
        #expect(decision.write?.record == seen.lease.record)
    }

    @Test("row 9: an equal member of higher ordinal lets the other go first for a second")
    func candidatesWaitByRank() {
        var seen = Build.candidate()
        seen.lease.changedAt = now - Build.timing.duration - .milliseconds(500)
        seen.becomes(2)
        seen.peers = [:]
        seen.hears(Build.report(1, database: .standby(Build.standby()), state: Build.state(1)))
        #expect(decide(seen, at: now).write == nil)
        #expect(decide(seen, at: now + .milliseconds(600)).write != nil)
    }

    @Test("row 10: a replica follows the recorded master, and is labelled once it streams")
    func replicaFollows() {
        let seen = Build.replica()
        #expect(decide(seen, at: now).role == .replica)
        let lost = seen.with { $0.database = .standby(Build.standby()) }
        #expect(decide(lost, at: now).effects.contains(.follow("pg-0")))
        let other = seen.with {
            $0.database = .standby(Build.standby(upstream: 2, isStreaming: true))
        }
        #expect(decide(other, at: now).effects.contains(.follow("pg-0")))
    }

    @Test("row 11: a replica that does not stream says so and loses its label in time")
    func replicaStandsStill() {
        let seen = Build.replica().with { $0.database = .standby(Build.standby(upstream: 0)) }
        let decision = decide(seen, at: now)
        #expect(decision.reasons.contains(.notStreaming))
        #expect(decision.role == nil)
        let recent = seen.with { $0.wasReplicaAt = now - .seconds(19) }
        #expect(decide(recent, at: now).role == .replica)
        let old = seen.with { $0.wasReplicaAt = now - .seconds(21) }
        #expect(decide(old, at: now).role == nil)
    }

    @Test("row 13: the Pod of a master ends: it stops in order where a voter can take over")
    func masterHandsOver() {
        var seen = Build.master().with { $0.shutdown = .requested }
        let decision = decide(seen, at: now)
        #expect(decision.effects.contains(.stopDatabase(urgent: false)))
        #expect(decision.reasons.contains(.handover))
        seen.hears(
            Build.report(
                1, database: .standby(Build.standby(upstream: 0, isStreaming: true)),
                isTerminating: true))
        seen.pods?["pg-2"]?.isTerminating = true
        seen.peers["pg-2"] = nil
        #expect(!decide(seen, at: now).isStopping)
    }

    // MARK: Situations

    /// The master's database fell over half a second ago, and both voters were heard since.
    private func crashed(_ database: DatabaseObservation) -> Observation {
        Build.master().with { seen in
            seen.database = database
            seen.databaseSince = now - .milliseconds(500)
        }
    }

    /// `pg-1` holds term 6 and the record names it.
    private func recordedHolder() -> Observation {
        var seen = Build.replica()
        seen.directory = .complete(Build.state(1, promised: 6, followed: 5))
        seen.database = .standby(
            Build.standby(Position(branch: 4, offset: 400), isFinal: true))
        seen.pods = Build.pods()
        var record = Build.record(master: 1, term: 6)
        record.master?.start = Build.at(5, 4, 400)
        seen.holds(record, term: 6)
        return seen
    }
}

extension Observation {
    /// Becomes the member of that ordinal.
    fileprivate mutating func becomes(_ ordinal: Int) {
        identity = Build.identity(ordinal)
        directory = .complete(Build.state(ordinal))
    }
}
