import Testing

@testable import ReplicationCore

/// When a master is replaced before its Lease has run out (rule S11).
@Suite struct EarlyTakeoverTests {
    let now = Build.now

    @Test("R voters that hear nothing of the master replace it early; one more renewal stops them")
    func early() {
        #expect(decide(candidate(), at: now).write?.holder == Build.identity(1).holder)
        let renewed = candidate().with { $0.lease.changedAt = now - .milliseconds(4900) }
        #expect(decide(renewed, at: now).write == nil)
        let off = candidate().with { $0.settings.takesOverEarly = false }
        #expect(decide(off, at: now).write == nil)
    }

    @Test("a voter that withholds its consent, or is not heard since, leaves the Lease its time")
    func withheld() {
        for reason in [Reason.hearsMaster, .failsafe, .paused, .leaseNotExpired] {
            let seen = candidate().with { $0.hears(peer(.withheld(reason))) }
            #expect(decide(seen, at: now).write == nil, "\(reason)")
        }
        let earlier = candidate().with { $0.hears(peer(.given), ago: .milliseconds(1200)) }
        #expect(decide(earlier, at: now).write == nil)
        let silent = candidate().with { $0.peers["pg-2"]?.isAnswering = false }
        #expect(decide(silent, at: now).write == nil)
        let other = candidate().with { seen in
            var report = peer(.given)
            report.directory = .complete(Build.state(2, incarnation: "b"))
            seen.hears(report)
        }
        #expect(decide(other, at: now).write == nil)
    }

    @Test("nobody is replaced early in mode async, nor by a member that is no voter")
    func neverEarly() {
        let async = candidate(mode: .async)
        #expect(decide(async, at: now).write == nil)
        let notVoter = candidate().with { seen in
            seen.lease.content = .present(
                Build.value(
                    holder: Build.identity(0).holder,
                    .readable(Build.record(Build.set([2], 1)))))
        }
        #expect(decide(notVoter, at: now).write == nil)
    }

    @Test("a master is heard by its stream for five seconds, and by its agent")
    func hearing() {
        #expect(consent(candidate(), at: now) == .given)
        for (silence, consents) in [(4999, false), (5001, true)] {
            let seen = candidate().with { seen in
                var standby = Build.standby(upstream: 0, isStreaming: true)
                standby.streamSilenceMilliseconds = Int64(silence)
                seen.database = .standby(standby)
            }
            #expect((consent(seen, at: now) == .given) == consents, "\(silence)")
        }
        let answering = candidate().with {
            $0.hears(Build.report(0, database: .primary(Build.primary()), role: .master))
        }
        #expect(consent(answering, at: now) == .withheld(.hearsMaster))
        let fenced = candidate().with {
            $0.hears(Build.report(0, database: .primary(Build.primary(access: .closed))))
        }
        #expect(consent(fenced, at: now) == .given)
        let recent = candidate().with { $0.lease.changedAt = now - .seconds(1) }
        #expect(consent(recent, at: now) == .withheld(.leaseNotExpired))
    }

    /// `pg-1` six seconds after the last renewal of a holder that nobody hears.
    private func candidate(mode: Mode = .quorum) -> Observation {
        Build.candidate(mode: mode).with { seen in
            seen.lease.changedAt = now - .seconds(6)
            seen.peers = [:]
            seen.hears(peer(.given))
        }
    }

    private func peer(_ consent: Consent) -> MemberReport {
        var report = Build.report(
            2, database: .standby(Build.standby(upstream: 0)), state: Build.state(2))
        report.consent = consent
        return report
    }
}
