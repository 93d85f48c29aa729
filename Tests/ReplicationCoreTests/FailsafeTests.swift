import Testing

@testable import ReplicationCore

/// A master that cannot reach the API (rule S14).
@Suite struct FailsafeTests {
    let now = Build.now

    @Test("a master whose renewals fail asks its voters, and goes on by W of their promises")
    func goesOn() {
        let request = request()
        let asked = decide(cutOff(), at: now)
        #expect(asked.status == .fenced)
        let early = cutOff().with { $0.lease.validUntil = now + .seconds(1) }
        let effects = decide(early, at: now).effects
        #expect(effects.contains(.requestPromise(of: "pg-1", request)))
        #expect(effects.contains(.requestPromise(of: "pg-2", request)))
        let promised = cutOff().with { $0.isPromised(by: peer(1, request)) }
        #expect(decide(promised, at: now).role == .master)
        let health = health(promised, decide(promised, at: now), at: now)
        #expect(health.isDatabaseAlive(at: now + Build.timing.deadline - .milliseconds(1)))
        #expect(!health.isDatabaseAlive(at: now + Build.timing.deadline))
    }

    @Test("what is no promise for this term, by a voter, lately, does not count")
    func doesNotCount() {
        let request = request()
        let later = PromiseRequest(term: 6, holder: request.holder, purpose: .failsafe)
        var stranger = peer(1, request)
        stranger.directory = .complete(Build.state(1, incarnation: "b"))
        var promisedLater = peer(1, request)
        promisedLater.directory = .complete(Build.state(1, promised: 6))
        for report in [peer(1, nil), peer(1, later), stranger, promisedLater] {
            let seen = cutOff().with { $0.isPromised(by: report) }
            #expect(decide(seen, at: now).role == nil, "\(report)")
        }
        let old = cutOff().with { seen in
            seen.failsafeHeld["pg-1"] = FailsafeHeld(
                voter: Build.voter(1), term: 5, askedAt: now - Build.timing.deadline)
        }
        #expect(decide(old, at: now).role == nil)
        let replaced = cutOff().with { seen in
            seen.isPromised(by: peer(1, request))
            seen.lease.content = .present(
                Build.value(
                    holder: Build.identity(1).holder, term: 6, .readable(Build.record())))
        }
        #expect(decide(replaced, at: now).role == nil)
    }

    @Test("with four voters two must promise; alone nobody; in mode async all")
    func howMany() {
        let request = request()
        for (count, isEnough) in [(1, false), (2, true)] {
            var seen = cutOff(members: 5)
            for ordinal in 1...count { seen.isPromised(by: peer(ordinal, request)) }
            #expect((decide(seen, at: now).role == .master) == isEnough, "\(count)")
        }
        #expect(decide(cutOff(members: 1), at: now).role == .master)
        for (count, isEnough) in [(1, false), (2, true)] {
            var seen = cutOff(mode: .async)
            for ordinal in 1...count { seen.isPromised(by: peer(ordinal, request)) }
            #expect((decide(seen, at: now).role == .master) == isEnough, "async \(count)")
        }
    }

    @Test("a promise binds neither to campaign nor to consent, until the Lease names another")
    func binds() {
        let request = request()
        var seen = Build.candidate()
        seen.fold(.promiseRequested(request), at: now)
        #expect(decide(seen, at: now).write == nil)
        #expect(decide(seen, at: now).candidacy == .ineligible([.failsafe]))
        #expect(consent(seen, at: now) == .withheld(.failsafe))
        let report = report(seen, decide(seen, at: now), at: now)
        #expect(request.isFulfilled(by: report))
        let later = now + Build.timing.duration
        #expect(consent(seen, at: later) == .given)
        let released = seen.with { seen in
            seen.lease.content = .present(Build.value(holder: "", .readable(Build.record())))
        }
        #expect(!released.isBoundByFailsafe(at: now))
    }

    @Test("whoever knows of a later term, or of another holder, does not promise")
    func refuses() {
        let request = request()
        let stranger = PromiseRequest(term: 5, holder: "pg-2_2-u1", purpose: .failsafe)
        let older = PromiseRequest(term: 4, holder: request.holder, purpose: .failsafe)
        let promised = Build.candidate().with {
            $0.directory = .complete(Build.state(1, promised: 6))
        }
        for (seen, asked) in [
            (Build.candidate(), stranger), (Build.candidate(), older), (promised, request),
        ] {
            var seen = seen
            seen.fold(.promiseRequested(asked), at: now)
            #expect(seen.failsafeGiven == nil)
        }
    }

    private func request() -> PromiseRequest {
        PromiseRequest(term: 5, holder: Build.identity().holder, purpose: .failsafe)
    }

    /// The open master whose Lease could not be renewed in time.
    private func cutOff(members: Int = 3, mode: Mode = .quorum) -> Observation {
        Build.master(members: members, mode: mode).with { seen in
            seen.lease.isWriteFailing = true
            seen.lease.isReachable = false
            seen.lease.validUntil = now - .milliseconds(1)
        }
    }

    private func peer(_ ordinal: Int, _ failsafe: PromiseRequest?) -> MemberReport {
        var report = Build.follower(ordinal)
        report.failsafe = failsafe
        return report
    }
}

extension Observation {
    /// A peer answers this master's request for a failsafe promise with that report.
    fileprivate mutating func isPromised(by report: MemberReport) {
        let request = PromiseRequest(
            term: lease.term, holder: identity.holder, purpose: .failsafe)
        fold(.peerAnswered(report, to: request, askedAt: Build.now), at: Build.now)
    }
}
