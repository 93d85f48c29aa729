/// The recorded master of the current term, under a valid Lease (table row 2).
func decideAsMaster(
    _ observation: Observation, _ primary: PrimaryObservation, _ record: ClusterRecord,
    at now: Instant
) -> Decision {
    let isOpen = primary.access == .open
    var decision = Decision(
        status: isOpen ? .master : .promoting, role: isOpen ? .master : nil,
        pace: isOpen ? .steady : .urgent)
    guard var state = observation.state, state.clusterID == primary.clusterID else {
        return decideAsUnexpectedPrimary(observation, primary)
    }
    for other in observation.otherMasters where observation.upholds(.labelsOffOthers) {
        decision.perform(unmark(other, observation))
    }
    if state.followedTerm < observation.lease.term {
        state.followedTerm = observation.lease.term
        state.promisedTerm = max(state.promisedTerm, observation.lease.term)
        persist(state, observation, &decision)
    }
    let followers = observation.settings.members.filter { $0 != observation.identity.member }
    if !primary.isArmed || primary.retained.sorted() != followers.sorted() {
        decision.perform(.prepareFollowers(followers))
    }
    var next = record
    next.mode = observation.settings.mode
    next.members = observation.settings.members
    next.lastPosition = TermPosition(
        followedTerm: observation.lease.term, position: primary.lineage.tip)
    let step = synchronousStep(observation, primary, record, at: now)
    perform(step, observation, primary, &next, &decision)
    let refusal = refusedSwitchover(observation, primary, record, at: now)
    if let refusal { decision.add(refusal) }
    renew(
        observation, next, answering: refusal == .switchoverRefused ? [.switchover] : [], at: now,
        &decision)
    askForFailsafe(observation, record, at: now, &decision)
    if !isOpen {
        decision.add(.waitingForVoters)
        if let permit = openingPermit(observation, primary, record, step, at: now) {
            decision.perform(.open(permit))
        }
    }
    if record.synchronous.voters.isEmpty && record.mode.isSynchronous {
        decision.add(.aloneNoFailover)
    }
    if observation.shutdown == .requested {
        decision.add(.terminating)
        let successors = successors(observation, primary, record, at: now)
        if !successors.isEmpty, mayHandOver(observation) { handOver(&decision) }
        if !observation.upholds(.stoppedBeforeRelease) {
            release(observation, record, &decision)
        }
    } else if observation.lease.requests.switchover != nil, refusal == nil, isOpen {
        handOver(&decision)
    }
    return decision
}

private func perform(
    _ step: SynchronousStep, _ observation: Observation, _ primary: PrimaryObservation,
    _ next: inout ClusterRecord, _ decision: inout Decision
) {
    switch step {
    case .settled:
        break
    case .record(let set):
        next.synchronous = set
        decision.add(.synchronousSetChanged)
        decision.pace = .urgent
    case .database(let set):
        decision.pace = .urgent
        if maySet(observation) {
            decision.add(.synchronousSetChanged)
            decision.perform(.setSynchronous(set))
        }
    case .restore(let set):
        decision.pace = .urgent
        decision.add(.synchronousSetChanged)
        if primary.access != .closed {
            decision.perform(fence(observation))
        } else if maySet(observation) {
            decision.perform(.setSynchronous(set))
        }
    case .awaitForce, .awaitBarrier, .block:
        decision.pace = .urgent
    }
}

/// Rule S5: no setting changes while an own write of the record may still arrive.
private func maySet(_ observation: Observation) -> Bool {
    if !observation.upholds(.settledRecord) { return true }
    return observation.lease.isSynchronousSetSettled && observation.lease.isReachable
}

/// Rule S10: open only when the term was just renewed, the settings were read back, no reachable
/// voter is ahead, and W voters hold the local end.
private func openingPermit(
    _ observation: Observation, _ primary: PrimaryObservation, _ record: ClusterRecord,
    _ step: SynchronousStep, at now: Instant
) -> OpeningPermit? {
    let lease = observation.lease
    guard
        lease.isValid(
            for: observation.identity, at: now, margin: observation.settings.timing.deadline / 2),
        !lease.hasUnknownWrite, observation.pods != nil,
        observation.otherMasters.isEmpty || !observation.upholds(.labelsOffOthers),
        primary.access == .closed, primary.isArmed, observation.shutdown == .none,
        observation.state?.followedTerm == lease.term, let validUntil = lease.validUntil
    else { return nil }
    let isSelfAmongVoters = record.synchronous.voters.contains {
        $0.member == observation.identity.member
    }
    guard !isSelfAmongVoters, isCovered(primary.synchronous, by: record.synchronous) else {
        return nil
    }
    let isAhead = observation.freshReports(at: now).contains { report in
        guard let voter = report.voter, let theirs = report.position,
            record.synchronous.voters.contains(voter), report.standby?.isStreaming == false
        else { return false }
        return TermPosition(followedTerm: lease.term, position: primary.lineage.tip) < theirs
    }
    // Whoever may acknowledge once it is open must have persisted that it follows this term (S8);
    // a voter that has not leaves the set first.
    let areVotersAble = primary.synchronous.voters.allSatisfy {
        observation.streamedAt[$0] != nil
    }
    let isNobodyAhead = !isAhead || !observation.upholds(.nobodyAheadOnOpening)
    guard isNobodyAhead, step != .block else { return nil }
    if !observation.upholds(.barrierBeforeOpening) {
        return OpeningPermit(term: lease.term, validUntil: validUntil)
    }
    guard areVotersAble else { return nil }
    let isBarrierHeld =
        primary.synchronous.voters.isEmpty
        ? record.synchronous.voters.isEmpty
        : primary.isSynchronousInForce && holdsBarrier(observation, primary)
    return isBarrierHeld ? OpeningPermit(term: lease.term, validUntil: validUntil) : nil
}

/// A member can take over: the database is stopped in order now, so that its end is known and
/// handed on.
private func handOver(_ decision: inout Decision) {
    decision.add(.handover)
    decision.perform(.stopDatabase(urgent: false))
}

/// The replicas that could take over: they stream, are not about to end themselves, and count.
private func successors(
    _ observation: Observation, _ primary: PrimaryObservation, _ record: ClusterRecord,
    at now: Instant
) -> [ReplicaConnection] {
    primary.replicas.filter { replica in
        guard replica.isStreaming,
            let report = observation.freshReport(of: replica.voter.member, at: now),
            !report.isTerminating, report.voter == replica.voter
        else { return false }
        return record.mode == .async || record.synchronous.voters.contains(replica.voter)
    }
}

/// Why a switchover that was asked for is not begun now: its target could not take over at once, or
/// never. Nil when it may begin, or none was asked for.
private func refusedSwitchover(
    _ observation: Observation, _ primary: PrimaryObservation, _ record: ClusterRecord,
    at now: Instant
) -> Reason? {
    guard let target = observation.lease.requests.switchover else { return nil }
    guard mayHandOver(observation) else { return .switchoverRefused }
    let end = primary.lineage.tip.offset
    // What was seen before the request may be over: its target may have died since.
    let since = observation.switchoverSince ?? now
    let isSeenSince = observation.databaseSeenAt > since
    let able = successors(observation, primary, record, at: now).filter { replica in
        isSeenSince && replica.flushedOffset + RuleLimits.switchoverLagBytes >= end
            && observation.peers[replica.voter.member].map { $0.askedAt > since } ?? false
    }
    let isPossible: Bool
    switch target {
    case .any: isPossible = !able.isEmpty
    case .member(let name): isPossible = able.contains { $0.voter.member == name }
    }
    if isPossible { return nil }
    let isPatient =
        observation.switchoverSince.map { now - $0 < RuleLimits.switchoverPatience } ?? true
    return isPatient && canEverLead(target, observation) ? .switchoverWaiting : .switchoverRefused
}

private func canEverLead(_ target: SwitchoverTarget, _ observation: Observation) -> Bool {
    switch target {
    case .any: true
    case .member(let name):
        name != observation.identity.member && observation.settings.members.contains(name)
    }
}

/// While paused nobody takes over (rule S18).
func mayHandOver(_ observation: Observation) -> Bool {
    !observation.lease.requests.isPaused || !observation.upholds(.pausing)
}
