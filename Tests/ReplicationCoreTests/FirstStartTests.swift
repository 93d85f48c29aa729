import Testing

@testable import ReplicationCore

/// A cluster that has never lived, and data that no record tells of (rules S15 and S16).
@Suite struct FirstStartTests {
    let now = Build.now

    @Test("ordinal 0 takes the Lease once every Pod's agent has said that it has no data")
    func begins() {
        let decision = decide(beginner(), at: now)
        #expect(decision.write?.expecting == nil)
        #expect(decision.write?.holder == Build.identity().holder)
        #expect(decision.write?.term == 1)
        #expect(decision.write?.record.initialisation == .running(by: "pg-0"))
        #expect(decision.write?.record.clusterID == nil)
    }

    @Test("silence, data, or an unfinished clone of any Pod keeps it from beginning")
    func waits() {
        let silent = beginner().with { $0.peers["pg-2"] = nil }
        #expect(decide(silent, at: now).write == nil)
        #expect(decide(silent, at: now).reasons.contains(.peersSilent))
        let signs: [DataDirectory] = [
            .unknown, .complete(Build.state(2)), .unmarked(clusterID: nil), .unreadable("x"),
            .unfinished(Build.state(2, step: .cloning)),
            .unfinished(Build.state(2, step: .rewinding)),
        ]
        for directory in signs {
            let seen = beginner().with {
                $0.hears(Build.report(2, database: .down, directory: directory))
            }
            #expect(decide(seen, at: now).write == nil, "\(directory)")
        }
        let old = beginner().with {
            $0.hears(Build.report(2, database: .down, directory: .empty), ago: .seconds(4))
        }
        #expect(decide(old, at: now).write == nil)
    }

    @Test("a Pod that does not exist is not waited for, and an unknown list of Pods is")
    func pods() {
        let absent = beginner().with { seen in
            seen.peers["pg-2"] = nil
            seen.pods?["pg-2"] = nil
        }
        #expect(decide(absent, at: now).write != nil)
        #expect(decide(beginner().with { $0.pods = nil }, at: now).write == nil)
    }

    @Test("nobody but ordinal 0 begins, and nobody where the Lease tells of earlier life")
    func earlierLife() {
        let other = beginner().with { $0.identity = Build.identity(1) }
        #expect(decide(other, at: now).write == nil)
        let records: [LeaseValue.Record] = [
            .damaged, .readable(Build.record()),
            .readable(ClusterRecord(initialisation: .running(by: "pg-1"), mode: .quorum)),
            .readable(ClusterRecord(clusterID: "1", mode: .quorum)),
        ]
        for record in records {
            let seen = beginner().with { seen in
                seen.lease.content = .present(Build.value(holder: "", record))
            }
            #expect(decide(seen, at: now).write == nil, "\(record)")
        }
        let lived = beginner().with { seen in
            seen.lease.content = .present(Build.value(holder: "", term: 3, .missing))
        }
        #expect(decide(lived, at: now).write == nil)
    }

    @Test("a Lease that was made with the manifests counts as none")
    func emptyLease() {
        let seen = beginner().with { seen in
            seen.lease.content = .present(Build.value(holder: "", term: 0, .missing))
        }
        #expect(decide(seen, at: now).write?.expecting != nil)
    }

    @Test("a predecessor's unfinished beginning is begun again, once its Lease has run out")
    func beginsAgain() {
        var seen = beginner()
        seen.directory = .unfinished(Build.state(step: .initialising))
        let record = ClusterRecord(initialisation: .running(by: "pg-0"), mode: .quorum)
        seen.lease.content = .present(Build.value(holder: "pg-0_old", term: 1, .readable(record)))
        seen.lease.changedAt = now - .seconds(14)
        #expect(decide(seen, at: now).write == nil)
        #expect(decide(seen, at: now + .seconds(1)).write?.term == 2)
    }

    @Test("what was initialised becomes the cluster: its id, its master, no voters, then open")
    func becomesMaster() {
        var seen = beginner()
        seen.directory = .complete(Build.state(promised: 1, followed: 0))
        seen.holds(
            ClusterRecord(initialisation: .running(by: "pg-0"), mode: .quorum), term: 1)
        seen.database = .standby(
            Build.standby(Position(branch: 1, offset: 100), isFinal: true))
        let record = decide(seen, at: now).write?.record
        #expect(record?.clusterID == Build.clusterID)
        #expect(record?.initialisation == .done)
        #expect(record?.master?.proof == .first)
        #expect(record?.synchronous == .empty)
        #expect(decide(seen, at: now).promotion == nil)
    }

    @Test("data without a record is adopted only when every other ordinal says it has none (F25)")
    func adoption() {
        var seen = beginner()
        seen.directory = .complete(Build.state(promised: 0, followed: 4))
        seen.database = .standby(Build.standby(isFinal: true))
        #expect(decide(seen, at: now).write?.record.clusterID == Build.clusterID)
        let absent = seen.with { seen in
            seen.peers["pg-2"] = nil
            seen.pods?["pg-2"] = nil
        }
        #expect(decide(absent, at: now).write == nil)
        let second = seen.with { $0.hears(Build.report(2, database: .down)) }
        #expect(decide(second, at: now).write == nil)
        #expect(!decide(second, at: now).reasons.contains(.unmarkedData))
    }

    @Test("a Lease that was lost is made anew by the greatest, once all were heard after its time")
    func revival() {
        let later = now + .seconds(15)
        var seen = beginner()
        seen.directory = .complete(Build.state(promised: 7, followed: 5))
        seen.database = .standby(
            Build.standby(Position(branch: 5, offset: 500), isFinal: true))
        seen.lease.content = .unknown
        seen.fold(.leaseObserved(nil), at: now)
        func heard(
            _ offsets: [UInt64], isFinal: Bool = true, ago: Duration = .zero
        ) -> Observation {
            seen.with { seen in
                for (index, offset) in offsets.enumerated() {
                    let position = Position(branch: 5, offset: offset)
                    seen.fold(
                        .peerReported(
                            Build.report(
                                index + 1,
                                database: .standby(Build.standby(position, isFinal: isFinal))),
                            askedAt: later - ago), at: later)
                }
            }
        }
        let write = decide(heard([500, 400]), at: later).write
        #expect(write?.holder == Build.identity().holder)
        #expect(write?.expecting == nil && write?.term == 8)
        #expect(write?.record.clusterID == Build.clusterID && write?.record.master == nil)
        #expect(write?.record.initialisation == .done)
        #expect(decide(heard([500, 501]), at: later).reasons.contains(.behindPeer))
        #expect(decide(heard([500]), at: later).write == nil)
        #expect(decide(heard([500, 400], isFinal: false), at: later).write == nil)
        #expect(decide(heard([500, 400], ago: .seconds(1)), at: later).write == nil)
        #expect(decide(heard([500, 400]), at: later - .seconds(1)).write == nil)
        let open = heard([500, 400]).with { seen in
            seen.fold(
                .peerReported(
                    Build.report(2, database: .primary(Build.primary())), askedAt: later),
                at: later)
        }
        #expect(decide(open, at: later).write == nil)
    }

    @Test("the first master's own data needs only the Pods that exist")
    func ownBeginning() {
        var seen = beginner()
        seen.directory = .complete(Build.state(promised: 0, followed: 0))
        seen.database = .standby(Build.standby(isFinal: true))
        seen.pods?["pg-2"] = nil
        seen.peers["pg-2"] = nil
        let record = ClusterRecord(initialisation: .running(by: "pg-0"), mode: .quorum)
        seen.lease.content = .present(Build.value(holder: "", term: 1, .readable(record)))
        #expect(decide(seen, at: now).write?.record.clusterID == Build.clusterID)
    }

    private func beginner() -> Observation {
        var seen = Observation(
            identity: Build.identity(), settings: Build.settings(),
            startedAt: now - .seconds(100))
        seen.directory = .empty
        seen.database = .down
        seen.databaseSince = now - .seconds(50)
        seen.lease.isReachable = true
        seen.lease.content = .absent
        seen.lease.changedAt = now - .seconds(30)
        seen.pods = Build.pods()
        for ordinal in [1, 2] {
            seen.hears(Build.report(ordinal, database: .down, directory: .empty))
        }
        return seen
    }
}
