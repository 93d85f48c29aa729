import Testing

@testable import ReplicationCore

/// The init container's plans, over all that it can meet.
@Suite struct PrepareTests {
    /// What the own agent knows.
    private enum Knowledge: CaseIterable {
        case silent, unknown, unreachable, absent, begunByMe, begunByMyPredecessor
        case begunByOther, begunByMeExpired, lived, livedForeign, damaged
    }

    /// Who says what of the master of the term.
    private enum Peers: CaseIterable {
        case none, openMaster, closedMaster, masterOfOlderTerm, masterOfOtherData, masterAndReplica
    }

    private static let directories: [DataDirectory] =
        [.unknown, .empty, .unreadable("x"), .unmarked(clusterID: nil)]
        + [.unmarked(clusterID: Build.clusterID), .unmarked(clusterID: "other")]
        + DirectoryStep.allCases.map { .unfinished(Build.state(1, step: $0)) }
        + [4, 5, 6].map { .complete(Build.state(1, promised: 6, followed: $0)) }
        + [.unfinished(rewinding(followed: 4)), .unfinished(rewinding(followed: 5))]

    private static func rewinding(followed: Term) -> MemberState {
        var state = Build.state(1, followed: followed)
        state.step = .rewinding
        return state
    }

    /// Ends of the data, against a master whose branch 5 began at 400 and ends at 500.
    private static let ends: [(position: Position, order: PositionOrder)] = [
        (Position(branch: 4, offset: 400), .behind), (Position(branch: 4, offset: 401), .diverged),
        (Position(branch: 5, offset: 500), .equal), (Position(branch: 5, offset: 501), .ahead),
        (Position(branch: 9, offset: 1), .diverged),
    ]

    private static let stops: [StoppedDatabase?] =
        [nil]
        + ends.flatMap { end in
            [Build.clusterID, "other"].flatMap { id in
                [(true, true), (true, false), (false, true), (false, false)].map { flags in
                    StoppedDatabase(
                        clusterID: id, isClean: flags.0, wasPrimary: flags.1,
                        position: end.position)
                }
            }
        }

    @Test("no plan initialises or erases without its permit's ground, over all that can be met")
    func everyPlan() {
        var count = 0
        for directory in Self.directories {
            for knowledge in Knowledge.allCases {
                for peers in Peers.allCases {
                    let agent = agent(knowledge, peers)
                    for stopped in Self.stops {
                        count += 1
                        let observation = InitObservation(
                            directory: directory, stopped: stopped, agent: agent)
                        let plan = prepare(observation)
                        #expect(prepare(observation) == plan)
                        if let problem = judge(plan, observation, knowledge, peers) {
                            Issue.record("\(directory) \(knowledge) \(peers): \(plan) \(problem)")
                            return
                        }
                    }
                }
            }
        }
        #expect(count > 30_000)
    }

    private func judge(
        _ plan: InitPlan, _ seen: InitObservation, _ knowledge: Knowledge, _ peers: Peers
    ) -> String? {
        switch plan {
        case .initialise(let permit):
            guard knowledge == .begunByMe, permit.member == "pg-1" else {
                return "not mine to make"
            }
            switch seen.directory {
            case .empty: return nil
            case .unfinished(let state): return state.step == .initialising ? nil : "data"
            case .unknown, .complete, .unmarked, .unreadable: return "over data"
            }
        case .clone(let donor, let permit):
            guard knowledge == .lived, permit.clusterID == Build.clusterID else { return "unled" }
            return judge(copyOf: donor, permit, seen, peers)
        case .rewind(let donor, let permit):
            guard peers == .masterAndReplica else { return "in place without a further copy" }
            guard knowledge == .lived, permit.scope == .divergedTail else { return "unled" }
            return judge(copyOf: donor, permit, seen, peers)
        case .start:
            guard case .complete = seen.directory else { return "not complete" }
            if knowledge == .livedForeign { return "foreign data started" }
            return seen.stopped?.clusterID == Build.clusterID ? nil : "another cluster's data"
        case .refuse(let reason):
            return judge(refusal: reason, seen, knowledge)
        case .wait:
            if case .complete = seen.directory, knowledge == .lived { return "kept from starting" }
            return nil
        }
    }

    private func judge(
        copyOf donor: String, _ permit: ErasurePermit, _ seen: InitObservation, _ peers: Peers
    ) -> String? {
        guard donor == "pg-0" else { return "wrong donor" }
        switch peers {
        case .none, .masterOfOlderTerm, .masterOfOtherData: return "no such donor"
        case .closedMaster where permit.scope != .nothingOfWorth: return "donor is not open"
        case .closedMaster, .openMaster, .masterAndReplica: break
        }
        switch seen.directory {
        case .empty: return permit.scope == .nothingOfWorth ? nil : "scope"
        case .unfinished(let state):
            switch state.step {
            case .initialising, .cloning: return permit.scope == .nothingOfWorth ? nil : "scope"
            case .rewinding: return state.followedTerm < 5 ? nil : "not older than the master"
            case .complete: return "contradiction"
            }
        case .complete(let state):
            guard state.followedTerm < 5, permit.scope == .divergedTail else { return "not older" }
            let end = Self.ends.first { $0.position == seen.stopped?.position }
            let isOpenEnd = seen.stopped?.isClean == false && seen.stopped?.wasPrimary == true
            switch end?.order {
            case .diverged: return nil
            case .behind, .equal: return isOpenEnd ? nil : "contained"
            case .ahead, nil: return "ahead of the master is kept"
            }
        case .unknown, .unmarked, .unreadable: return "over what is not ours"
        }
    }

    private func judge(
        refusal reason: Reason, _ seen: InitObservation, _ knowledge: Knowledge
    ) -> String? {
        switch seen.directory {
        case .unmarked, .unreadable: return nil
        case .unfinished(let state) where state.step == .complete: return nil
        case .unfinished(let state):
            let isForeign = knowledge == .livedForeign && reason == .foreignData
            return isForeign || (reason == .diverged && state.followedTerm >= 5) ? nil : "refused"
        case .complete:
            let isUnreadable = seen.stopped?.clusterID != Build.clusterID
            return isUnreadable || (knowledge == .livedForeign && reason == .foreignData)
                ? nil : "refused"
        case .unknown, .empty: return "an empty member is never refused"
        }
    }

    @Test("a member whose rewinding failed is copied anew")
    func failedRewind() {
        let stopped = StoppedDatabase(
            clusterID: Build.clusterID, isClean: true, wasPrimary: true,
            position: Position(branch: 4, offset: 401))
        var seen = InitObservation(
            directory: .complete(Build.state(1, followed: 4)), stopped: stopped,
            agent: agent(.lived, .masterAndReplica))
        let permit = ErasurePermit(scope: .divergedTail, clusterID: Build.clusterID, term: 5)
        #expect(prepare(seen) == .rewind(donor: "pg-0", permit))
        seen.rewindFailures = 1
        #expect(prepare(seen) == .clone(donor: "pg-0", permit))
    }

    @Test("while there is no agent, or it knows nothing, init waits")
    func waits() {
        for directory in [DataDirectory.empty, .complete(Build.state(1))] {
            for knowledge in [Knowledge.silent, .unknown, .unreachable] {
                let seen = InitObservation(
                    directory: directory, stopped: nil, agent: agent(knowledge, .none))
                guard case .wait = prepare(seen) else {
                    Issue.record("\(prepare(seen))")
                    return
                }
            }
        }
    }

    private func agent(_ knowledge: Knowledge, _ peers: Peers) -> MemberReport? {
        guard knowledge != .silent else { return nil }
        var report = Build.report(1, database: .down, directory: .empty)
        report.lease.term = 5
        report.lease.holder = "pg-0"
        report.lease.isReachable = knowledge != .unreachable
        report.lease.isKnown = knowledge != .unknown && knowledge != .unreachable
        var record = Build.record()
        switch knowledge {
        case .silent, .unknown, .unreachable, .absent, .damaged: return report
        case .lived: break
        case .livedForeign: record.clusterID = "other"
        case .begunByOther:
            record = ClusterRecord(initialisation: .running(by: "pg-0"), mode: .quorum)
        case .begunByMe, .begunByMyPredecessor, .begunByMeExpired:
            record = ClusterRecord(initialisation: .running(by: "pg-1"), mode: .quorum)
            report.lease.holder = "pg-1"
            report.lease.holderIdentity =
                knowledge == .begunByMyPredecessor ? "pg-1_old" : "pg-1_1-u1"
            report.lease.remainingMilliseconds = knowledge == .begunByMeExpired ? 0 : 5000
        }
        report.lease.record = record
        report.peers = others(peers)
        return report
    }

    private func others(_ peers: Peers) -> [MemberReport] {
        var master = Build.report(
            0, database: .primary(Build.primary()), role: .master, status: .master)
        switch peers {
        case .none: return []
        case .openMaster: break
        case .closedMaster:
            master.role = nil
            master.database = .primary(Build.primary(access: .closed))
        case .masterOfOlderTerm: master.lease.term = 4
        case .masterOfOtherData: master.directory = .complete(Build.state(0, incarnation: "b"))
        case .masterAndReplica: return [master, Build.follower(2)]
        }
        return [master]
    }
}
