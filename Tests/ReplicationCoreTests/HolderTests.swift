import Testing

@testable import ReplicationCore

/// Who may become master of a term, and what a holder does that may not (rules S7 to S9).
@Suite struct HolderTests {
    let now = Build.now

    @Test("R promises of this term, from final positions, heard since the Lease was taken (S7c)")
    func promises() {
        #expect(claim(holder())?.proof == .promises)
        let spoilt: [(String, MemberReport)] = [
            ("older promise", peer(promised: 5)), ("newer promise", peer(promised: 7)),
            ("not final", peer(isFinal: false)), ("another incarnation", peer(incarnation: "b")),
            ("no data", Build.report(2, database: .down, directory: .empty)),
        ]
        for (what, report) in spoilt {
            let seen = holder().with { seen in
                seen.promisesHeld = [:]
                seen.isAnswered(report)
            }
            #expect(claim(seen) == nil, "\(what)")
        }
        #expect(claim(holder().with { $0.promisesHeld = [:] }) == nil)
        let older = holder().with { $0.holds(Build.record(), term: 7) }
        #expect(claim(older) == nil)
    }

    @Test("a promise does not lapse with its voter's silence (S12)")
    func lastingPromise() {
        let silent = holder().with { $0.peers = [:] }
        #expect(claim(silent)?.proof == .promises)
    }

    @Test("whoever has not promised is asked, and a later promise raises the term (S12)")
    func asking() {
        let asked = decide(holder().with { $0.promisesHeld = [:] }, at: now).effects.filter {
            $0.resource == .peer("pg-2")
        }
        let request = PromiseRequest(
            term: 6, holder: Build.identity(1).holder, purpose: .succession)
        #expect(asked == [.requestPromise(of: "pg-2", request)])
        let refused = holder().with { $0.isAnswered(peer(promised: 9)) }
        #expect(decide(refused, at: now).write?.term == 10)
    }

    @Test("nobody but a voter is promoted on promises, and a voter only with its incarnation (S1)")
    func voters() {
        let notVoter = holder().with { $0.holds(Build.record(Build.set([2], 1)), term: 6) }
        #expect(claim(notVoter) == nil)
        let renewed = holder().with {
            $0.directory = .complete(Build.state(1, promised: 6, incarnation: "b"))
        }
        #expect(claim(renewed) == nil)
        let alone = holder().with { $0.holds(Build.record(.empty), term: 6) }
        #expect(claim(alone) == nil)
    }

    @Test("a holder that is less advanced than a promiser hands it the Lease (S9, F21)")
    func behind() {
        for report in [peer(offset: 501), peer(followed: 6, offset: 1)] {
            let decision = decide(holder().with { $0.isAnswered(report) }, at: now)
            #expect(decision.isReleasing)
            #expect(decision.write?.record.preferredSuccessor == "pg-2")
            #expect(decision.reasons.contains(.behindPeer))
        }
        #expect(claim(holder().with { $0.isAnswered(peer(followed: 4, offset: 900)) }) != nil)
    }

    @Test("the own promise is on disk and the own position final before anything is claimed (S12)")
    func ownPromise() {
        let unpromised = holder().with { $0.directory = .complete(Build.state(1)) }
        #expect(decide(unpromised, at: now).persisted?.promisedTerm == 6)
        #expect(claim(unpromised) == nil)
        let following = holder().with {
            $0.database = .standby(Build.standby(upstream: 0, isStreaming: true))
        }
        #expect(decide(following, at: now).effects.contains(.follow(nil)))
        #expect(claim(following) == nil)
    }

    @Test("with the claim W may only fall, and a lone successor serves without voters (S9)")
    func claimedSet() {
        for count in 1...4 {
            for required in 1...count {
                let record = Build.record(Build.set(Array(1...count), required), members: 5)
                var seen = holder().with { seen in
                    seen.settings.members = record.members
                    seen.holds(record, term: 6)
                }
                for other in (2..<5) where other <= count { seen.isAnswered(peer(other)) }
                let claimed = decide(seen, at: now).write?.record.synchronous
                let expected =
                    count == 1
                    ? .empty : Build.set(Array(1...count), min(required, count - 1))
                #expect(claimed == expected, "\(count) \(required)")
            }
        }
    }

    @Test("a member that holds the end of all data needs no promises; one that lacks it does (S7b)")
    func final() {
        let ends = [(Build.at(5, 5, 500), true), (Build.at(5, 5, 501), false)]
        for (final, isHeld) in ends {
            let seen = holder().with { seen in
                seen.peers = [:]
                seen.holds(Build.record(.empty, final: final), term: 6)
            }
            #expect((claim(seen)?.proof == .containsFinal) == isHeld)
            if isHeld { #expect(decide(seen, at: now).write?.record.final == nil) }
        }
    }

    @Test("the recorded master clears the end of all data when it takes the Lease again (S7b)")
    func finalIsCleared() {
        let final = Build.at(5, 5, 500)
        let master = Build.candidate().with { seen in
            seen.identity = Build.identity()
            seen.directory = .complete(Build.state())
            seen.lease.content = .present(
                Build.value(holder: "", .readable(Build.record(final: final))))
        }
        #expect(decide(master, at: now).write?.record.final == nil)
        let other = Build.candidate().with { seen in
            seen.lease.content = .present(
                Build.value(holder: "", .readable(Build.record(.empty, final: final))))
        }
        #expect(decide(other, at: now).write?.record.final == final)
    }

    @Test("a recorded master does not write over a voter that holds more than it (S10)")
    func recordedMasterBehind() {
        var seen = holder().with { seen in
            seen.holds(Build.record(master: 1, Build.set([0, 2], 1)), term: 6)
        }
        #expect(claim(seen)?.proof == .recordedMaster)
        seen.hears(peer(offset: 501))
        #expect(decide(seen, at: now).isReleasing)
        seen.lease.content = .present(
            Build.value(
                holder: "", term: 6, .readable(Build.record(master: 1, Build.set([0, 2], 1)))))
        #expect(decide(seen, at: now).write == nil)
        #expect(decide(seen, at: now).candidacy == .ineligible([.behindPeer]))
    }

    @Test("the term is taken above every promise that is known of (F30)")
    func term() {
        let own = Build.candidate().with {
            $0.directory = .complete(Build.state(1, promised: 9))
        }
        #expect(decide(own, at: now).write?.term == 10)
        let other = Build.candidate().with { seen in
            seen.hears(
                Build.report(
                    2, database: .standby(Build.standby()), state: Build.state(2, promised: 12)))
        }
        #expect(decide(other, at: now).write?.term == 13)
    }

    @Test("a holder that cannot become master gives the Lease up, whatever its server does")
    func unpromotable() {
        let databases: [DatabaseObservation] = [.down, .starting, .unresponsive, .unusable("x")]
        for database in databases {
            var seen = holder()
            seen.isKnownReadOnly = true
            seen.database = database
            seen.lease.takenAt = now - .seconds(11)
            #expect(decide(seen, at: now).isReleasing, "\(database)")
            seen.lease.takenAt = now - .seconds(9)
            #expect(!decide(seen, at: now).isReleasing, "\(database)")
        }
        let unknown = holder().with { seen in
            seen.database = .unresponsive
            seen.lease.takenAt = now - .seconds(11)
        }
        #expect(!decide(unknown, at: now).isReleasing)
        let wiped = holder().with { seen in
            seen.database = .down
            seen.directory = .empty
        }
        #expect(decide(wiped, at: now).isReleasing)
    }

    @Test("in mode async a crashed master that does not return is given up for a bounded tail")
    func asyncCrash() {
        var seen = Build.master(mode: .async)
        seen.database = .down
        seen.databaseSince = now - .milliseconds(500)
        seen.databaseRanAt = now - .seconds(9)
        #expect(!decide(seen, at: now).isReleasing)
        seen.databaseRanAt = now - .seconds(11)
        #expect(decide(seen, at: now).isReleasing)
        seen.database = .starting
        #expect(!decide(seen, at: now).isReleasing)
        seen.database = .down
        var record = Build.record(mode: .async)
        record.lastPosition = Build.at(5, 5, 5000)
        seen.holds(record)
        #expect(!decide(seen, at: now).isReleasing)
    }

    @Test("in mode async a more advanced member that cannot take the Lease is not waited for")
    func asyncAhead() {
        let ahead = Build.standby(Position(branch: 5, offset: 600))
        for (report, isWaitedFor) in [
            (Build.report(2, database: .standby(ahead)), true),
            (Build.report(2, database: .standby(ahead), isTerminating: true), false),
            (Build.report(2, database: .standby(ahead), isReachable: false), false),
        ] {
            let seen = Build.candidate(mode: .async).with { $0.hears(report) }
            #expect((decide(seen, at: now).write == nil) == isWaitedFor)
        }
    }

    @Test("what keeps a promotion back: a stream, a lost end, an earlier promotion in the term")
    func promotion() {
        #expect(decide(promotable(), at: now).promotion != nil)
        let following = promotable().with {
            $0.database = .standby(Build.standby(upstream: 0, access: .closed))
        }
        #expect(decide(following, at: now).promotion == nil)
        #expect(decide(following, at: now).effects.contains(.follow(nil)))
        let short = promotable().with {
            $0.database = .standby(
                Build.standby(
                    Position(branch: 5, offset: 499), isFinal: true, access: .closed))
        }
        #expect(decide(short, at: now).promotion == nil)
        let again = promotable().with {
            $0.directory = .complete(Build.state(1, promised: 6, followed: 6))
        }
        #expect(decide(again, at: now).promotion == nil)
        #expect(decide(again, at: now).write?.term == 7)
    }

    private func promotable() -> Observation {
        holder().with { seen in
            var record = Build.record(master: 1, term: 6)
            record.master?.start = Build.at(5, 5, 500)
            seen.holds(record, term: 6)
            seen.database = .standby(Build.standby(isFinal: true, access: .closed))
            seen.directory = .complete(Build.state(1, promised: 6, begun: 6))
        }
    }

    /// `pg-1` has taken the Lease for term 6; `pg-2` has promised.
    private func holder() -> Observation {
        Build.replica().with { seen in
            seen.directory = .complete(Build.state(1, promised: 6))
            seen.database = .standby(Build.standby(isFinal: true))
            seen.holds(Build.record(), term: 6)
            seen.lease.takenAt = now - .seconds(1)
            seen.pods = Build.pods()
            seen.peers = [:]
            seen.isAnswered(peer())
        }
    }

    private func peer(
        _ ordinal: Int = 2, promised: Term = 6, followed: Term = 5, offset: UInt64 = 500,
        isFinal: Bool = true, incarnation: String = "a"
    ) -> MemberReport {
        Build.report(
            ordinal,
            database: .standby(
                Build.standby(Position(branch: 5, offset: offset), isFinal: isFinal)),
            state: Build.state(
                ordinal, promised: promised, followed: followed, incarnation: incarnation),
            term: 6)
    }

    private func claim(_ seen: Observation) -> MasterRecord? {
        guard let master = decide(seen, at: now).write?.record.master else { return nil }
        return master.voter == seen.voter && master.term >= 6 ? master : nil
    }
}
