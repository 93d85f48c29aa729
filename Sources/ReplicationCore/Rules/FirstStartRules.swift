/// A cluster that has never lived: ordinal 0 takes the Lease for the first time once the agent of
/// every Pod that exists has answered that it has no data (design §12.2, rule S15).
func considerFirstStart(
    _ observation: Observation, at now: Instant, _ decision: inout Decision
) {
    guard mayBegin(observation, at: now, &decision) else { return }
    switch observation.directory {
    case .empty: break
    case .unfinished(let state) where state.step == .initialising: break
    case .unknown, .unfinished, .complete, .unmarked, .unreadable: return
    }
    guard observation.identity.member == observation.settings.members.first else {
        decision.add(.notInitialiser)
        return
    }
    for peer in otherPods(observation) where observation.upholds(.everyPodEmpty) {
        guard let report = observation.freshReport(of: peer, at: now) else {
            decision.add(.peersSilent)
            return
        }
        guard isWithoutData(report) else {
            decision.add(.notInitialiser)
            return
        }
    }
    take(
        observation,
        ClusterRecord(
            initialisation: .running(by: observation.identity.member),
            mode: observation.settings.mode, members: observation.settings.members),
        &decision)
}

/// Data exists, and the Lease names no cluster: where exactly one member has data, it becomes the
/// first master (design §12.1).
func considerAdoption(
    _ observation: Observation, at now: Instant, _ decision: inout Decision
) {
    guard let state = observation.state, observation.shutdown == .none else { return }
    if case .present(let value) = observation.lease.content, value.hasLostRecord {
        decision.add(.recordUnreadable)
        return considerRevival(observation, state, at: now, &decision)
    }
    guard mayBegin(observation, at: now, &decision) else { return }
    for peer in membersToHear(observation) {
        guard let report = observation.freshReport(of: peer, at: now) else {
            decision.add(.peersSilent)
            return
        }
        guard isWithoutData(report) else {
            return considerRevival(observation, state, at: now, &decision)
        }
    }
    revive(observation, state, &decision)
}

/// A cluster that lived, and a Lease that no longer tells of it (rule S16): once every ordinal has
/// answered with data of one cluster and a database in recovery that follows nobody and has
/// replayed all it has, the greatest goes on. Nobody can
/// have been promoted without the Lease; and what is heard counts only when it was asked for after
/// any holder's trust in the old one had run out, so that nothing more can have been written.
private func considerRevival(
    _ observation: Observation, _ state: MemberState, at now: Instant,
    _ decision: inout Decision
) {
    guard let changedAt = observation.lease.changedAt, let own = observation.position,
        observation.lease.isReachable
    else { return }
    let settledAt = changedAt + observation.settings.timing.duration
    guard now >= settledAt else { return }
    let forced = observation.lease.requests.forcedPromotion
    if forced?.member == observation.identity.member, forced?.term == observation.lease.term {
        decision.add(.forcedPromotion)
        return revive(observation, state, &decision)
    }
    guard observation.upholds(.everyOrdinalAnswers) else {
        return revive(observation, state, &decision)
    }
    // After a restart a server tells less than it has until all of it is replayed (rule S8, F6).
    guard case .standby(let standby) = observation.database else { return }
    if standby.upstream != nil {
        decision.perform(.follow(nil))
        return
    }
    guard standby.isFinal else { return }
    let others = observation.settings.members.filter { $0 != observation.identity.member }
    for member in others {
        let reports = observation.freshReports(at: now, since: settledAt)
        guard let report = reports.first(where: { $0.member == member }) else {
            decision.add(.peersSilent)
            return
        }
        guard isComplete(report), report.standby?.isFinal == true, let theirs = report.position,
            report.state?.clusterID == state.clusterID
        else {
            decision.add(.noProof)
            return
        }
        if own < theirs || (own == theirs && report.ordinal < observation.identity.ordinal) {
            decision.add(.behindPeer)
            return
        }
    }
    revive(observation, state, &decision)
}

private func revive(
    _ observation: Observation, _ state: MemberState, _ decision: inout Decision
) {
    take(
        observation,
        ClusterRecord(
            clusterID: state.clusterID, initialisation: .done, mode: observation.settings.mode,
            members: observation.settings.members, forcedTerm: state.record?.forcedTerm),
        &decision)
}

/// Whether the Lease says that nobody has begun, or that this very member has.
private func mayBegin(
    _ observation: Observation, at now: Instant, _ decision: inout Decision
) -> Bool {
    guard observation.lease.isReachable, observation.pods != nil else {
        decision.add(.apiUnreachable)
        return false
    }
    switch observation.lease.content {
    case .unknown:
        decision.add(.leaseUnknown)
        return false
    case .absent:
        return true
    case .present(let value):
        guard let freeFrom = observation.leaseFreeFrom,
            now >= freeFrom
        else { return false }
        switch value.record {
        case .missing:
            // A Lease that was made beforehand, with the manifests, has no record.
            return value.term == 0
        case .damaged:
            decision.add(.recordUnreadable)
            return false
        case .readable(let record):
            switch record.initialisation {
            case .none: return record.clusterID == nil
            case .running(let member): return member == observation.identity.member
            case .done: return false
            }
        }
    }
}

/// Whose word an adoption needs. Data without a record is a cluster whose Lease was lost: a member
/// that does not run may hold more of it (rule S16, F25), so every ordinal must answer. Only data
/// that the Lease says this member was making needs no more than the first start did.
private func membersToHear(_ observation: Observation) -> [String] {
    switch observation.lease.record?.initialisation {
    case .running: otherPods(observation)
    case .some(.none), .done, nil:
        observation.settings.members.filter { $0 != observation.identity.member }
    }
}

private func otherPods(_ observation: Observation) -> [String] {
    (observation.pods ?? [:]).keys
        .filter {
            $0 != observation.identity.member && observation.settings.members.contains($0)
        }
        .sorted()
}

private func isWithoutData(_ report: MemberReport) -> Bool {
    switch report.directory {
    case .empty: true
    // A clone that was begun is a sign of earlier life.
    case .unfinished(let state): state.step == .initialising
    case .unknown, .complete, .unmarked, .unreadable: false
    }
}
