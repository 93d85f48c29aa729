import Testing

@testable import ReplicationCore

/// The Lease as holder and as challenger (design §5, rules S5 and S11).
@Suite struct LeaseRulesTests {
    let now = Build.now

    @Test("trust is counted from before the write was sent, not from its answer")
    func trust() {
        var seen = Build.master()
        let sentAt = now - .milliseconds(900)
        let value = Build.value(
            holder: seen.identity.holder, version: 101, renewal: "r2", .readable(Build.record()))
        seen.fold(.leaseWritten(value, sentAt: sentAt), at: now)
        #expect(seen.lease.validUntil == sentAt + .seconds(7))
        let end = sentAt + .seconds(7)
        #expect(seen.lease.isValid(for: seen.identity, at: end - .nanoseconds(1)))
        #expect(!seen.lease.isValid(for: seen.identity, at: end))
    }

    @Test("a read of the own Lease gives no trust, only an own write does")
    func readIsNotEnough() {
        var seen = Build.master()
        seen.lease = LeaseView()
        seen.fold(
            .leaseObserved(
                Build.value(holder: seen.identity.holder, .readable(Build.record()))),
            at: now)
        #expect(seen.lease.isHeld(by: seen.identity))
        #expect(!seen.lease.isValid(for: seen.identity, at: now))
        #expect(decide(seen, at: now).role == nil)
    }

    @Test("every write expects uid and version, or that there is none (F28)")
    func expectation() {
        let renewal = decide(Build.master(), at: now + .seconds(2)).write
        #expect(renewal?.expecting == .init(uid: "lease", resourceVersion: "100"))
        let taking = decide(Build.candidate(), at: now).write
        #expect(taking?.expecting == .init(uid: "lease", resourceVersion: "100"))
        var gone = Build.master()
        gone.fold(.leaseObserved(nil), at: now)
        let decision = decide(gone, at: now + .seconds(2))
        #expect(decision.write == nil, "a Lease that was deleted is not made again by its holder")
        #expect(decision.effects.contains(.close))
    }

    @Test("a holder's field that was emptied by hand is no release: the whole time is waited")
    func emptiedByHand() {
        var seen = Build.candidate()
        seen.lease = LeaseView()
        var value = Build.value(holder: "", .readable(Build.record()))
        value.record = .readable(Build.record())
        seen.fold(.leaseObserved(value), at: now)
        let end = now + .seconds(15)
        #expect(decide(alive(seen, at: end), at: end - .milliseconds(1)).write == nil)
        #expect(decide(alive(seen, at: end), at: end).write != nil)
    }

    @Test("a challenger waits what the Lease says, at least its own time, never longer than any")
    func challenger() {
        for (seconds, waited) in [(1, 15), (5, 15), (15, 15), (30, 30), (2_000_000_000, 60)] {
            var seen = Build.candidate()
            seen.lease = LeaseView()
            let value = Build.value(
                holder: Build.identity(0).holder, duration: .seconds(seconds),
                .readable(Build.record()))
            seen.fold(.leaseObserved(value), at: now)
            let end = now + .seconds(waited)
            #expect(decide(alive(seen, at: end), at: end - .milliseconds(1)).write == nil)
            #expect(decide(alive(seen, at: end), at: end).write != nil)
        }
    }

    @Test("an edit is no renewal: holder, term and renewTime count, not the version (F29)")
    func edits() {
        var seen = Build.candidate()
        let changedAt = seen.lease.changedAt
        var value = Build.value(
            holder: Build.identity(0).holder, version: 101, .readable(Build.record()))
        seen.fold(.leaseObserved(value), at: now)
        #expect(seen.lease.changedAt == changedAt)
        #expect(decide(seen, at: now).write?.expecting?.resourceVersion == "101")
        value.resourceVersion = "102"
        value.renewTime = "r2"
        seen.fold(.leaseObserved(value), at: now)
        #expect(seen.lease.changedAt == now)
        #expect(decide(seen, at: now).write == nil)
    }

    @Test("a Lease that nobody holds is free at once; a Pod made anew waits like any other (F16)")
    func free() {
        var seen = Build.candidate()
        seen.lease = LeaseView()
        seen.fold(
            .leaseObserved(Build.value(holder: "", .readable(Build.record()))), at: now)
        #expect(decide(seen, at: now).write != nil)
        seen.fold(
            .leaseObserved(
                Build.value(
                    holder: Build.identity(1, uid: "old").holder, version: 101,
                    .readable(Build.record(master: 1, Build.set([0, 2], 1))))),
            at: now)
        #expect(decide(seen, at: now).write == nil)
        #expect(!seen.lease.isHeld(by: seen.identity))
    }

    @Test("a challenger that does not reach the API, or has not read the Lease, takes nothing")
    func blind() {
        let cut = Build.candidate().with { $0.lease.isReachable = false }
        #expect(decide(cut, at: now).write == nil)
        let new = Build.candidate().with { $0.lease = LeaseView() }
        #expect(decide(new, at: now).write == nil)
    }

    @Test("a holder trusts nothing from the moment that its release is sent")
    func release() {
        var supervisor = Supervisor(
            observation: Build.master().with { seen in
                seen.database = .down
                seen.databaseSince = now - .milliseconds(500)
            })
        let effects = supervisor.handle(.tick, at: now)
        guard case .writeLease(let write)? = effects.first else {
            Issue.record("\(effects)")
            return
        }
        #expect(write.holder.isEmpty)
        #expect(supervisor.observation.lease.validUntil == nil)
        #expect(!supervisor.health(at: now).isMaster(at: now))
    }

    @Test("a failed renewal is tried again soon, and one at a time")
    func retry() {
        var supervisor = Supervisor(observation: Build.master())
        let due = now + .seconds(2)
        #expect(writes(supervisor.handle(.tick, at: due)) == 1)
        #expect(writes(supervisor.handle(.tick, at: due + .milliseconds(500))) == 0)
        let failed = supervisor.handle(
            .leaseWriteFailed(.unknownOutcome), at: due + .seconds(1))
        #expect(writes(failed) == 0)
        #expect(writes(supervisor.handle(.tick, at: due + .milliseconds(1399))) == 0)
        #expect(writes(supervisor.handle(.tick, at: due + .milliseconds(1400))) == 1)
    }

    @Test("a change of the record does not wait for the next renewal, the position does")
    func changes() {
        let moved = Build.master().with { $0.database = .primary(advanced()) }
        #expect(decide(moved, at: now).write == nil)
        let added = Build.master().with { $0.settings.members.append("pg-3") }
        #expect(decide(added, at: now).write?.record.members.count == 4)
    }

    @Test("a permit is asked again before the act: term, Lease, labels, data")
    func permits() {
        let seen = Build.master().with { $0.database = .primary(Build.primary(access: .closed)) }
        guard let opening = decide(seen, at: now).opening else {
            Issue.record("no permit")
            return
        }
        let promotion = PromotionPermit(
            term: 5, voter: Build.voter(0), synchronous: .empty, validUntil: now)
        let spoilt = [
            seen.with { $0.lease.validUntil = now + .milliseconds(900) },
            seen.with { $0.holds(Build.record(), term: 6) },
        ]
        for effect in [Effect.open(opening), .promote(promotion)] {
            #expect(Supervisor(observation: seen).permits(effect, at: now))
            for other in spoilt {
                #expect(!Supervisor(observation: other).permits(effect, at: now))
            }
        }
        let ending = seen.with { $0.shutdown = .requested }
        #expect(!Supervisor(observation: ending).permits(.open(opening), at: now))
        let labelled = seen.with { $0.pods?["pg-1"]?.role = "master" }
        #expect(!Supervisor(observation: labelled).permits(.promote(promotion), at: now))
        let renewed = seen.with { $0.directory = .complete(Build.state(incarnation: "b")) }
        #expect(!Supervisor(observation: renewed).permits(.promote(promotion), at: now))
    }

    @Test("the profiles leave a fenced holder time before a challenger may act")
    func profiles() {
        for profile in Profile.allCases {
            #expect(profile.timing.problems == [], "\(profile)")
        }
        let fences = Profile.allCases.map(\.timing.timeToFence)
        #expect(fences == [.seconds(7), .seconds(6), .seconds(10)])
        let slips: [(inout Timing) -> Void] = [
            { $0.duration = .seconds(14) }, { $0.deadline = .milliseconds(7300) },
            { $0.renewal = .milliseconds(2100) }, { $0.requestTimeout = .milliseconds(1200) },
            { $0.probeFailureThreshold = 4 }, { $0.probePeriod = .seconds(2) },
            { $0.probeTimeout = .milliseconds(1300) }, { $0.renewal = .zero },
            { $0.probeFailureThreshold = 0 },
        ]
        for (index, slip) in slips.enumerated() {
            var timing = Profile.default.timing
            slip(&timing)
            #expect(!timing.problems.isEmpty, "slip \(index)")
        }
    }

    private func advanced() -> PrimaryObservation {
        Build.primary(
            tip: Position(branch: 5, offset: 900),
            replicas: [Build.connection(1, flushed: 900), Build.connection(2, flushed: 900)])
    }

    private func alive(_ seen: Observation, at instant: Instant) -> Observation {
        seen.with { seen in
            for name in seen.peers.keys { seen.peers[name]?.askedAt = instant }
        }
    }

    private func writes(_ effects: [Effect]) -> Int {
        effects.filter { $0.resource == .lease }.count
    }
}
