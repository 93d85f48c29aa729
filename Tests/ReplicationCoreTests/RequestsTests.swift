import Testing

@testable import ReplicationCore

/// What people ask for by annotations: switchover, pause, a forced promotion (rules S16 to S18).
@Suite struct RequestsTests {
    let now = Build.now

    @Test("a switchover stops the master in order, once its target could take over")
    func switchover() {
        let asked = master(.member("pg-2"))
        #expect(decide(asked, at: now).effects.contains(.stopDatabase(urgent: false)))
        #expect(decide(master(.any), at: now).effects.contains(.stopDatabase(urgent: false)))
        let unseen = asked.with { $0.switchoverSince = now }
        #expect(decide(unseen, at: now).reasons.contains(.switchoverWaiting))
        let lagging = asked.with { $0.isFarBehind(2) }
        let waiting = decide(lagging, at: now)
        #expect(!waiting.effects.contains(.stopDatabase(urgent: false)))
        #expect(waiting.reasons.contains(.switchoverWaiting))
        let tooLong = decide(
            lagging.with { $0.switchoverSince = now - .seconds(11) }, at: now)
        #expect(tooLong.write?.answered == [.switchover])
        #expect(tooLong.reasons.contains(.switchoverRefused))
    }

    @Test("a switchover to itself, to a stranger, or while paused is refused at once")
    func refused() {
        let paused = master(.member("pg-2")).with { $0.asks { $0.isPaused = true } }
        for seen in [master(.member("pg-0")), master(.member("other")), paused] {
            let decision = decide(seen, at: now)
            #expect(decision.write?.answered == [.switchover])
            #expect(!decision.effects.contains(.stopDatabase(urgent: false)))
            #expect(decision.role == .master)
        }
    }

    @Test("the stopped master hands on its end, and so does one that runs again, read-only")
    func handsOn() {
        let down = master(.member("pg-2")).with { seen in
            seen.database = .down
            seen.isKnownReadOnly = true
            seen.stopped = StoppedDatabase(
                clusterID: Build.clusterID, isClean: true, wasPrimary: true,
                position: Position(branch: 5, offset: 510))
        }
        let standby = master(.member("pg-2")).with { seen in
            seen.database = .standby(
                Build.standby(Position(branch: 5, offset: 510), isFinal: true))
        }
        for seen in [down, standby] {
            let write = decide(seen, at: now).write
            #expect(write?.holder.isEmpty == true)
            #expect(write?.record.final == Build.at(5, 5, 510))
            #expect(write?.record.preferredSuccessor == "pg-2")
            #expect(write?.answered == [.switchover])
        }
        let crashed = down.with { $0.stopped?.isClean = false }
        #expect(!decide(crashed, at: now).isReleasing)
    }

    @Test("while paused nobody is elected but the recorded master itself (S18, F31)")
    func paused() {
        let other = Build.candidate().with { $0.asks { $0.isPaused = true } }
        #expect(decide(other, at: now).write == nil)
        #expect(decide(other, at: now).candidacy == .ineligible([.paused]))
        #expect(consent(other, at: now) == .withheld(.paused))
        let itself = Build.candidate().with { seen in
            seen.identity = Build.identity(0, uid: "u2")
            seen.directory = .complete(Build.state())
            seen.asks { $0.isPaused = true }
        }
        #expect(decide(itself, at: now).write?.holder == itself.identity.holder)
        let crashed = Build.master().with { seen in
            seen.database = .down
            seen.isKnownReadOnly = true
            seen.databaseSince = now - .seconds(1)
            for ordinal in [1, 2] { seen.hears(Build.follower(ordinal)) }
        }
        #expect(decide(crashed, at: now).isReleasing)
        let pausedCrash = crashed.with { $0.asks { $0.isPaused = true } }
        #expect(!decide(pausedCrash, at: now).isReleasing)
    }

    @Test("a forced promotion names member and term, waits for the Lease, and is recorded (S16)")
    func forced() {
        let lost = Build.candidate().with { seen in
            seen.peers = [:]
            seen.asks { $0.forcedPromotion = ForcedPromotion(member: "pg-1", term: 5) }
        }
        #expect(decide(lost, at: now).write?.holder == Build.identity(1).holder)
        let early = lost.with { $0.lease.changedAt = now - .seconds(14) }
        let others = [
            early, lost.with { $0.forces("pg-2", 5) }, lost.with { $0.forces("pg-1", 4) },
            lost.with { $0.forces("pg-1", 6) },
        ]
        for seen in others { #expect(decide(seen, at: now).write == nil) }
        let holder = lost.with { seen in
            seen.holds(Build.record(), term: 6)
            seen.directory = .complete(Build.state(1, promised: 6))
            seen.database = .standby(Build.standby(isFinal: true))
            seen.forces("pg-1", 5)
        }
        let claim = decide(holder, at: now).write
        #expect(claim?.record.master?.proof == .forced)
        #expect(claim?.record.forcedTerm == 6)
        #expect(claim?.record.synchronous == .empty)
        #expect(claim?.answered == [.forcedPromotion])
    }

    @Test("a tail that only a forced promotion left out is kept (S17)")
    func keepsTail() {
        for (followed, isKept) in [(5, true), (6, false)] {
            let state = Build.state(1, promised: 7, followed: followed)
            let seen = Build.replica().with { seen in
                var record = Build.record(term: 7)
                record.forcedTerm = 6
                seen.directory = .complete(state)
                seen.database = .standby(Build.standby(Position(branch: 4, offset: 450)))
                seen.lease.content = .present(
                    Build.value(
                        holder: Build.identity(0).holder, term: 7, .readable(record)))
                seen.hears(
                    Build.report(
                        0, database: .primary(Build.primary()),
                        state: Build.state(0, promised: 7, followed: 7), term: 7, role: .master))
            }
            let decision = decide(seen, at: now)
            #expect(decision.status == .diverged)
            #expect(decision.reasons.contains(.rejoinUnsafe) == isKept)
        }
    }

    private func master(_ target: SwitchoverTarget) -> Observation {
        Build.master().with { seen in
            seen.asks { $0.switchover = target }
            seen.switchoverSince = now - .seconds(1)
        }
    }
}

extension Observation {
    fileprivate mutating func asks(_ change: (inout Requests) -> Void) {
        guard var value = lease.value else { return }
        change(&value.requests)
        lease.content = .present(value)
    }

    fileprivate mutating func forces(_ member: String, _ term: Term) {
        asks { $0.forcedPromotion = ForcedPromotion(member: member, term: term) }
    }

    fileprivate mutating func isFarBehind(_ ordinal: Int) {
        guard case .primary(var primary) = database else { return }
        primary.lineage.tip.offset = 500 + RuleLimits.switchoverLagBytes + 1
        primary.replicas = primary.replicas.map { replica in
            var replica = replica
            replica.flushedOffset =
                replica.voter.member == Build.name(ordinal) ? 500 : primary.lineage.tip.offset
            return replica
        }
        database = .primary(primary)
    }
}
