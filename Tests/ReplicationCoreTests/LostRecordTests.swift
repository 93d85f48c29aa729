import Testing

@testable import ReplicationCore

/// A Lease that loses its record under its master, or comes back with an older term (S12, S16).
@Suite struct LostRecordTests {
    let now = Build.now

    @Test("a master that is still trusted writes its record again, for a new term (S16)")
    func robbed() {
        let losses: [(String, LeaseValue?)] = [
            ("deleted", nil),
            ("damaged", Build.value(holder: Build.identity().holder, version: 200, .damaged)),
            ("made anew", Build.value(holder: "", term: 0, version: 3, .missing, uid: "other")),
            (
                "restored",
                Build.value(
                    holder: Build.identity(2).holder, term: 3, version: 3,
                    .readable(Build.record(master: 2, term: 3)), uid: "other")
            ),
        ]
        for (what, value) in losses {
            var seen = renewed()
            seen.fold(.leaseObserved(value), at: now)
            let write = decide(seen, at: now).write
            #expect(write?.holder == Build.identity().holder, "\(what)")
            #expect(write?.term == 6, "\(what)")
            #expect(write?.record == renewed().lease.record, "\(what)")
            #expect(write?.expecting?.uid == value?.uid, "\(what)")
            let tooLate = decide(seen, at: now + Build.timing.deadline)
            #expect(tooLate.write == nil, "\(what)")
        }
    }

    @Test("a master whose Lease another took, or a person edited, is robbed of nothing")
    func taken() {
        let taken = Build.value(
            holder: Build.identity(2).holder, term: 6, version: 200, .readable(Build.record()))
        let edited = Build.value(
            holder: "somebody", term: 5, version: 200, .readable(Build.record()))
        for value in [taken, edited] {
            var seen = renewed()
            seen.fold(.leaseObserved(value), at: now)
            #expect(decide(seen, at: now).write == nil)
            #expect(decide(seen, at: now).status == .fenced)
        }
    }

    @Test("a master raises its term above what a member has promised (F30)")
    func raised() {
        let seen = Build.master().with {
            $0.hears(
                Build.report(
                    1, database: .standby(Build.standby()),
                    state: Build.state(1, promised: 9)))
        }
        #expect(decide(seen, at: now).write?.term == 10)
    }

    /// The open master whose last renewal has just been answered.
    private func renewed() -> Observation {
        var seen = Build.master()
        guard let value = seen.lease.value else { return seen }
        seen.fold(.leaseWritten(value, sentAt: now), at: now)
        return seen
    }
}
