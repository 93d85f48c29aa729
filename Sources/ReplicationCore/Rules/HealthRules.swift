/// The verdicts behind the HTTP interface, as values that ripen by themselves.
public func health(
    _ observation: Observation, _ decision: Decision, at now: Instant
) -> HealthReport {
    HealthReport(
        loopRanAt: now, isReady: decision.role != nil,
        databaseMayLiveUntil: databaseMayLiveUntil(observation, at: now),
        isDatabaseRunning: observation.database.isRunning || decision.role != nil,
        role: decision.role,
        masterUntil: decision.role == .master ? observation.trustedUntil(at: now) : nil,
        lagBytes: lagBytes(observation), report: report(observation, decision, at: now))
}

/// Until when the database may live: for ever while it cannot acknowledge a write, else as long as
/// the Lease is to be trusted. A server that leaves its master's questions unanswered for too long
/// has no longer than that either, since nobody could verify a fence of it.
private func databaseMayLiveUntil(_ observation: Observation, at now: Instant) -> Instant? {
    let lease = observation.lease
    let isHolder = lease.isHeld(by: observation.identity)
    let isKnown = lease.content != .unknown
    let grace = observation.startedAt + RuleLimits.agentRestartAllowance
    let firstAnswer = observation.startedAt + RuleLimits.firstAnswer
    let trusted: Instant =
        isHolder
        ? observation.trustedUntil(at: now) ?? grace
        : isKnown ? observation.startedAt : grace
    switch observation.database {
    case .down, .starting, .standby:
        return nil
    case .primary(let primary):
        if primary.access == .closed { return nil }
        // Before the volume was looked at, nobody knows whose data it is.
        if observation.directory == .unknown { return grace }
        let isRecorded =
            lease.record?.master?.term == lease.term
            && lease.record?.master?.voter == observation.voter
        return isHolder && isKnown && !isRecorded ? observation.startedAt : trusted
    case .unknown, .unresponsive, .unusable:
        if observation.isKnownReadOnly { return nil }
        // A new agent cannot tell a hung replica from a primary that its predecessor could not
        // fence, but for what the volume says: a replica is given a moment to answer.
        let mayBePrimary =
            observation.wasPrimary || observation.directory == .unknown
            || observation.state?.isMaster(observation.identity.member) ?? false
        let patience = mayBePrimary ? trusted : max(trusted, firstAnswer)
        let isUnresponsive = observation.database == .unresponsive
        return isUnresponsive
            ? min(patience, observation.databaseSince + RuleLimits.unresponsive) : patience
    }
}

/// How many bytes a standby lacks of what its master last said to have.
private func lagBytes(_ observation: Observation) -> UInt64? {
    guard let master = observation.lease.record?.master?.voter.member,
        let primary = observation.peers[master]?.report.primary,
        let own = observation.database.position
    else { return nil }
    let end = primary.lineage.tip.offset
    return end > own.offset ? end - own.offset : 0
}

/// What this member says of itself at `/state`.
public func report(
    _ observation: Observation, _ decision: Decision, at now: Instant
) -> MemberReport {
    let identity = observation.identity
    let peers = observation.peers.values
        .filter { $0.isFresh(at: now) }
        .map { peer in
            var report = peer.report
            report.peers = []
            return report
        }
        .sorted { $0.ordinal < $1.ordinal }
    return MemberReport(
        member: identity.member, ordinal: identity.ordinal, podUID: identity.podUID,
        cluster: identity.cluster, engine: identity.engine, status: decision.status,
        role: decision.role, directory: observation.directory, database: observation.database,
        position: observation.position, lease: leaseReport(observation, at: now),
        candidacy: decision.candidacy, reasons: decision.reasons,
        isTerminating: observation.shutdown == .requested,
        consent: consent(observation, at: now), failsafe: failsafe(observation, at: now),
        peers: peers)
}

/// The failsafe promise that binds now, as it was asked for.
private func failsafe(_ observation: Observation, at now: Instant) -> PromiseRequest? {
    guard observation.isBoundByFailsafe(at: now), let given = observation.failsafeGiven else {
        return nil
    }
    return PromiseRequest(term: given.term, holder: given.holder, purpose: .failsafe)
}

private func leaseReport(_ observation: Observation, at now: Instant) -> LeaseReport {
    let lease = observation.lease
    let end =
        lease.isHeld(by: observation.identity)
        ? observation.trustedUntil(at: now) : observation.leaseFreeFrom
    let holder = lease.value?.holder ?? ""
    return LeaseReport(
        isReachable: lease.isReachable, isKnown: lease.content != .unknown,
        holder: holder.isEmpty ? nil : Identity.member(ofHolder: holder),
        holderIdentity: holder.isEmpty ? nil : holder, term: lease.term,
        remainingMilliseconds: holder.isEmpty
            ? nil : end.map { max(0, ($0 - now).wholeMilliseconds) },
        record: lease.record, isPaused: lease.requests.isPaused)
}
