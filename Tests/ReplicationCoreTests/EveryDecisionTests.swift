import Testing

@testable import ReplicationCore

/// What no decision may do, over the whole product of what can be observed.
@Suite struct EveryDecisionTests {
    @Test("no decision breaks a rule, in any of some 200,000 situations")
    func everySituation() {
        var count = 0
        var problems: [String] = []
        Situation.forEach { situation in
            count += 1
            guard problems.count < 3 else { return }
            let seen = situation.observation
            let decision = decide(seen, at: Build.now)
            if let problem = judge(situation, seen, decision) {
                problems.append("\(problem): \(situation) -> \(decision.effects)")
            }
        }
        #expect(count > 190_000)
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    private func judge(
        _ situation: Situation, _ seen: Observation, _ decision: Decision
    ) -> String? {
        for effect in decision.effects {
            if let problem = judge(effect, situation, seen, decision) { return problem }
        }
        if situation.canAcknowledge, !situation.isValidHolder, situation.lease != .unknown {
            if !decision.effects.contains(.close) { return "a primary without right stays open" }
        }
        if decision.role == .master {
            let isRight =
                situation.isValidHolder && situation.record == .meNow
                && (situation.database == .open || situation.database == .openWeak)
            if !isRight { return "master without right" }
        }
        if decision.role == .replica, situation.database != .following {
            return "replica that does not follow"
        }
        let databaseEffects = decision.effects.filter { $0.resource == .database }
        if decision.promotion != nil, databaseEffects.count > 1 { return "promotes and more" }
        if decision.isReleasing, !databaseEffects.isEmpty { return "releases and acts" }
        return nil
    }

    private func judge(
        _ effect: Effect, _ situation: Situation, _ seen: Observation, _ decision: Decision
    ) -> String? {
        switch effect {
        case .promote(let permit):
            return judge(permit, situation, seen)
        case .open(let permit):
            guard situation.isValidHolder, permit.term == seen.lease.term else { return "open" }
            let isRightSet =
                situation.database == .closed
                || (situation.database == .closedWeak && situation.mode == .async)
            guard isRightSet, situation.record == .meNow,
                situation.directory == .complete, !situation.isEnding,
                !situation.hasLabelledPeer, situation.lease != .mineUnknownWrite
            else { return "opened too early" }
        case .writeLease(let write):
            return judge(write, situation, seen)
        case .persist(let state):
            guard let before = seen.state else { return "persists over what it does not know" }
            guard state.promisedTerm >= before.promisedTerm,
                state.followedTerm >= before.followedTerm, state.incarnation == before.incarnation
            else { return "takes a promise back" }
            if state.step != .complete, decision.promotion != nil { return "erases and promotes" }
            if state.step != .complete, situation.lease == .mine { return "a holder erases" }
        case .setSynchronous:
            guard situation.isValidHolder, situation.lease == .mine else { return "set in doubt" }
        case .follow(let member):
            if member == "pg-1" { return "follows itself" }
            if member != nil, situation.lease != .others, situation.lease != .othersExpired,
                situation.lease != .free
            {
                return "a holder follows"
            }
        case .openForReads:
            guard !situation.isPrimary else { return "opens a primary for reads" }
        case .restartPod:
            guard situation.directory == .rewinding else { return "restarts" }
        case .mark(let pod, _, let marks):
            if pod != "pg-1", marks.role != nil { return "gives another a role" }
            if pod != "pg-1", !situation.isValidHolder { return "marks another" }
        case .requestPromise(_, let request):
            guard situation.isValidHolder, request.term == seen.lease.term else {
                return "asks for a promise without the Lease"
            }
        case .close, .stopDatabase, .prepareFollowers, .readLease:
            break
        }
        return nil
    }

    private func judge(
        _ permit: PromotionPermit, _ situation: Situation, _ seen: Observation
    ) -> String? {
        guard situation.isValidHolder, situation.lease != .mineUnknownWrite,
            permit.term == seen.lease.term, permit.validUntil == seen.lease.validUntil
        else { return "promoted without a valid Lease" }
        guard situation.record == .meNow, permit.voter == seen.voter else {
            return "promoted without a record of it"
        }
        guard situation.database == .finalClosed, situation.directory == .behind,
            !situation.isEnding, !situation.hasLabelledPeer
        else { return "promoted too early" }
        let isSelfAmongVoters = permit.synchronous.voters.contains { $0.member == "pg-1" }
        return isSelfAmongVoters ? "promoted with itself as voter" : nil
    }

    private func judge(
        _ write: LeaseWrite, _ situation: Situation, _ seen: Observation
    ) -> String? {
        let known = seen.lease.value
        guard write.expecting?.uid == known?.uid,
            write.expecting?.resourceVersion == known?.resourceVersion
        else { return "writes without the version that it knows" }
        guard write.term >= seen.lease.term else { return "takes the term back" }
        if write.holder.isEmpty {
            guard situation.isValidHolder else { return "releases what it has not" }
            if situation.canAcknowledge { return "releases while writes can be acknowledged" }
            if situation.isPrimary { return "releases as primary" }
            if situation.isHung, !seen.isKnownReadOnly { return "releases what it cannot see" }
            return nil
        }
        guard write.holder == seen.identity.holder else { return "writes for another" }
        switch situation.lease {
        case .absent, .free, .othersExpired:
            if write.term <= seen.lease.term { return "takes without a new term" }
            if situation.isPrimary { return "a primary takes the Lease" }
            if situation.isEnding { return "an ending member takes the Lease" }
        case .unknown, .others: return "writes another's Lease"
        case .mine, .mineStale, .mineUnrenewed, .mineUnknownWrite, .mineUnreachable: break
        }
        return judge(record: write.record, situation, seen)
    }

    /// The record may be more pessimistic than before, or follow what the database shows.
    private func judge(
        record: ClusterRecord, _ situation: Situation, _ seen: Observation
    ) -> String? {
        guard let before = seen.lease.record else { return nil }
        if before.clusterID != nil, record.clusterID != before.clusterID { return "renames" }
        if before.initialisation == .done, record.initialisation != .done { return "unlives" }
        let isPessimistic =
            record.synchronous.voters.isEmpty
            || isCovered(before.synchronous, by: record.synchronous)
        if !isPessimistic {
            guard case .primary(let primary) = seen.database,
                isCovered(primary.synchronous, by: record.synchronous),
                seen.barrier?.set == primary.synchronous
            else { return "gives voters up unproven" }
        }
        if record.master != before.master {
            guard record.master?.voter == seen.voter, record.master?.term ?? 0 >= seen.lease.term
            else { return "names another master" }
            guard case .standby(let standby) = seen.database, standby.isFinal, record.final == nil
            else { return "claims without a final position" }
        }
        return nil
    }
}
