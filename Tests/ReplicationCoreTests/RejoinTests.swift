import Testing

@testable import ReplicationCore

/// When data is taken back, and when it is kept (rule S17).
@Suite struct RejoinTests {
    let now = Build.now

    @Test("a tail off the master's line is taken back by one member at a time, lowest first")
    func oneAtATime() {
        #expect(decide(diverged(), at: now).persisted?.step == .rewinding)
        let marked = diverged().with { seen in
            seen.hears(
                Build.report(
                    2, database: .down,
                    directory: .unfinished(Build.state(2, step: .rewinding))))
        }
        #expect(decide(marked, at: now).persisted == nil)
        let lower = diverged(2).with { seen in
            seen.hears(Build.report(1, database: .down, status: .diverged))
        }
        #expect(decide(lower, at: now).persisted == nil)
        let higher = diverged().with { seen in
            seen.hears(Build.report(2, database: .down, status: .diverged))
        }
        #expect(decide(higher, at: now).persisted?.step == .rewinding)
    }

    @Test("nothing is taken back for a master that is not open, not heard, or of an older term")
    func kept() {
        let closed = diverged().with { seen in
            seen.hears(Build.report(0, database: .primary(Build.primary(access: .closed))))
        }
        #expect(decide(closed, at: now).persisted == nil)
        #expect(decide(closed, at: now).reasons.contains(.rejoinUnsafe))
        let silent = diverged().with { $0.peers["pg-0"] = nil }
        #expect(decide(silent, at: now).status != .diverged)
        let equal = diverged().with { $0.directory = .complete(Build.state(1, followed: 5)) }
        #expect(decide(equal, at: now).persisted == nil)
        #expect(decide(equal, at: now).reasons.contains(.rejoinUnsafe))
    }

    @Test("in mode strict a promoted master that waits for its first voter may be copied")
    func strict() {
        for (mode, followed, mayCopy) in [
            (Mode.strict, 5, true), (.strict, 4, false), (.quorum, 5, false),
        ] {
            var seen = diverged()
            seen.lease.content = .present(
                Build.value(
                    holder: Build.identity(0).holder,
                    .readable(Build.record(.empty, mode: mode))))
            seen.hears(
                Build.report(
                    0, database: .primary(Build.primary(access: .closed)),
                    state: Build.state(followed: followed)))
            #expect((decide(seen, at: now).persisted?.step == .rewinding) == mayCopy)
        }
    }

    @Test("a term that the master's data left out is diverged, though the branches look alike")
    func leftOut() {
        // pg-1 led term 4 alone on branch 5; pg-0 went on from term 3, and calls its branch 5 too.
        let seen = Build.replica().with { seen in
            seen.directory = .complete(Build.state(1, followed: 4))
            seen.database = .standby(Build.standby(Position(branch: 5, offset: 450)))
            var record = Build.record()
            record.master?.start.followedTerm = 3
            seen.lease.content = .present(
                Build.value(holder: Build.identity(0).holder, .readable(record)))
        }
        #expect(decide(seen, at: now).status == .diverged)
        #expect(decide(seen, at: now).persisted?.step == .rewinding)
        let older = seen.with { $0.directory = .complete(Build.state(1, followed: 3)) }
        #expect(decide(older, at: now).status != .diverged)
        let fresh = seen.with { $0.directory = .complete(Build.state(1, followed: 0)) }
        #expect(decide(fresh, at: now).status != .diverged)
    }

    @Test("what is ahead on the master's own branch is kept, not erased (F26)")
    func ahead() {
        for followed in [4, 5] {
            let seen = Build.replica().with { seen in
                seen.directory = .complete(Build.state(1, followed: followed))
                seen.database = .standby(
                    Build.standby(Position(branch: 5, offset: 900), upstream: 0))
            }
            let decision = decide(seen, at: now)
            #expect(decision.persisted == nil)
            #expect(decision.status == .catchingUp)
            #expect(decision.reasons.contains(.notStreaming))
        }
    }

    @Test(
        "followedTerm is persisted only when the term's start is held on the master's branch (S8)")
    func followedTerm() {
        let behind = joining(Position(branch: 5, offset: 399))
        let otherBranch = joining(Position(branch: 4, offset: 400))
        let unheard = joining(Position(branch: 5, offset: 450)).with { $0.peers["pg-0"] = nil }
        let promoting = joining(Position(branch: 4, offset: 400)).with { seen in
            seen.hears(
                Build.report(0, database: .standby(Build.standby(Position(branch: 4, offset: 400))))
            )
        }
        let unpromoted = joining(Position(branch: 4, offset: 400)).with { seen in
            seen.hears(
                Build.report(
                    0,
                    database: .primary(Build.primary(tip: Position(branch: 4, offset: 400)))))
        }
        for seen in [behind, otherBranch, unheard, promoting, unpromoted] {
            #expect(decide(seen, at: now).persisted == nil)
            #expect(decide(seen, at: now).role == nil)
        }
        let caughtUp = joining(Position(branch: 5, offset: 450))
        #expect(decide(caughtUp, at: now).persisted?.followedTerm == 5)
    }

    @Test("a promise is on disk before a master of that term is followed (S12)")
    func promiseFirst() {
        let seen = Build.replica().with { seen in
            seen.directory = .complete(Build.state(1, promised: 4, followed: 4))
            seen.database = .standby(Build.standby(Position(branch: 4, offset: 400)))
        }
        let decision = decide(seen, at: now)
        #expect(decision.persisted?.promisedTerm == 5)
        #expect(decision.persisted?.followedTerm == 4)
        #expect(!decision.effects.contains(.follow("pg-0")))
    }

    @Test("a holder that is not yet recorded is promised to: on disk, then in the database (S12)")
    func standsAside() {
        var seen = Build.replica()
        seen.lease.content = .present(
            Build.value(holder: Build.identity(2).holder, term: 6, .readable(Build.record())))
        #expect(decide(seen, at: now).persisted?.promisedTerm == 6)
        #expect(!decide(seen, at: now).effects.contains(.follow(nil)))
        seen.directory = .complete(Build.state(1, promised: 6))
        #expect(decide(seen, at: now).effects.contains(.follow(nil)))
        seen.database = .standby(Build.standby(isFinal: true))
        #expect(decide(seen, at: now).effects.filter { $0.resource == .database } == [])
    }

    @Test("no term older than the promise is followed (S12)")
    func olderTerm() {
        let seen = Build.replica().with { seen in
            seen.directory = .complete(Build.state(1, promised: 7))
            seen.database = .standby(Build.standby())
        }
        let decision = decide(seen, at: now)
        #expect(decision.reasons.contains(.promised))
        #expect(!decision.effects.contains(.follow("pg-0")))
    }

    private func joining(_ position: Position) -> Observation {
        Build.replica().with { seen in
            seen.directory = .complete(Build.state(1, promised: 5, followed: 4))
            seen.database = .standby(Build.standby(position, upstream: 0, isStreaming: true))
        }
    }

    private func diverged(_ ordinal: Int = 1) -> Observation {
        var seen = Build.replica()
        seen.identity = Build.identity(ordinal)
        seen.peers["pg-\(ordinal)"] = nil
        seen.directory = .complete(Build.state(ordinal, followed: 4))
        seen.database = .standby(Build.standby(Position(branch: 4, offset: 450)))
        return seen
    }
}
