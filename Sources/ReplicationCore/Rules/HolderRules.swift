/// The holder whose database does not run (table rows 5 to 7).
func decideAsHolderWithoutDatabase(_ observation: Observation, at now: Instant) -> Decision {
    var decision = Decision(status: status(ofStopped: observation), pace: .urgent)
    guard let record = observation.lease.record else {
        decision.add(.recordUnreadable)
        return decision
    }
    let isMaster =
        record.master?.term == observation.lease.term && record.master?.voter == observation.voter
    var isStopped = false
    switch observation.database {
    case .down:
        decision.add(.databaseDown)
        isStopped = true
    case .starting:
        // Whatever starts is armed: it comes up read-only (design §1.1). But a server that shuts
        // down in order looks the same, and its old sessions may still write.
        decision.add(.databaseStarting)
        isStopped = observation.isKnownReadOnly
    case .unresponsive:
        decision.add(.databaseUnresponsive)
        // Not where it was master in an earlier term, and is not promoted in this one yet.
        let wasMaster = isMaster && observation.wasPrimary
        if wasMaster, isWithinGrace(observation.wasMasterAt, at: now) { decision.role = .master }
    case .unusable: decision.add(.databaseUnusable)
    case .unknown, .standby, .primary: break
    }
    // A server that hangs can be given up where it was seen read-only and never promoted since.
    let isHarmless = isStopped || (!isMaster && observation.isKnownReadOnly)
    // Before the volume was looked at, nobody knows whose data it is.
    guard isHarmless, record.initialisation == .done, observation.directory != .unknown else {
        renew(observation, record, at: now, &decision)
        return decision
    }
    if isMaster {
        releaseAfterStop(observation, record, at: now, &decision)
    } else if observation.state == nil {
        decision.add(.noProof)
        release(observation, record, &decision)
    } else if observation.shutdown == .requested || hasWaitedForProof(observation, at: now) {
        decision.add(.noProof)
        release(observation, record, &decision)
    } else {
        renew(observation, record, at: now, &decision)
    }
    return decision
}

/// A master's database was seen to be stopped: hand over at once where that loses nothing, else
/// stay for its return.
private func releaseAfterStop(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant,
    _ decision: inout Decision
) {
    var released = record
    released.final = finalPosition(observation, record)
    let successor =
        mayHandOver(observation)
        ? successor(observation, record, final: released.final, at: now) : nil
    released.preferredSuccessor = switchoverTarget(observation) ?? successor
    if observation.shutdown == .none, observation.lease.requests.switchover != nil {
        // The kubelet starts the database again, read-only; until its end was read, or it runs
        // again and tells it, there is nothing to hand on.
        guard released.final != nil, mayHandOver(observation) else {
            renew(observation, record, at: now, &decision)
            return
        }
        decision.add(.handover)
        release(observation, released, answering: [.switchover], &decision)
    } else if observation.shutdown == .requested {
        // An orderly stop: its control file must have been read, or `final` would be lost.
        guard observation.database == .down, observation.stopped != nil else {
            renew(observation, record, at: now, &decision)
            return
        }
        decision.add(.handover)
        release(observation, released, &decision)
    } else if successor != nil {
        decision.add(.databaseLost)
        release(observation, released, &decision)
    } else {
        renew(observation, record, at: now, &decision)
    }
}

/// Whom a person wants to be master.
private func switchoverTarget(_ observation: Observation) -> String? {
    switch observation.lease.requests.switchover {
    case .member(let name): name == observation.identity.member ? nil : name
    case .any, nil: nil
    }
}

/// A switchover was asked for, and the database was started again before its stop was seen: it is
/// read-only now, and its end is the end of all data.
private func handOverFromStandby(
    _ observation: Observation, _ standby: StandbyObservation, _ record: ClusterRecord
) -> ClusterRecord? {
    guard observation.lease.requests.switchover != nil, mayHandOver(observation),
        switchoverTarget(observation) != nil || observation.lease.requests.switchover == .any,
        standby.isFinal, standby.upstream == nil, let position = observation.position,
        position.followedTerm == observation.lease.term,
        record.master?.term == observation.lease.term, record.master?.voter == observation.voter
    else { return nil }
    var released = record
    released.final = position
    released.preferredSuccessor = switchoverTarget(observation)
    return released
}

/// The end of all data of this mastership, once an orderly stop was seen.
private func finalPosition(_ observation: Observation, _ record: ClusterRecord) -> TermPosition? {
    guard observation.database == .down, let stopped = observation.stopped,
        stopped.isClean || !observation.upholds(.finalAfterStop), stopped.wasPrimary,
        stopped.clusterID == record.clusterID,
        observation.state?.followedTerm == observation.lease.term
    else { return nil }
    let term = observation.upholds(.termBeforeOffset) ? observation.lease.term : 0
    return TermPosition(followedTerm: term, position: stopped.position)
}

/// A member that holds all that was acknowledged: the most advanced of at least R voters that were
/// heard after the database had stopped; without voters, one that holds the final position. In mode
/// `async` a master that does not return in time is given up for what may be lost.
private func successor(
    _ observation: Observation, _ record: ClusterRecord, final: TermPosition?, at now: Instant
) -> String? {
    let able = observation.freshReports(at: now, since: observation.databaseSince).filter {
        $0.state?.followedTerm == observation.lease.term && $0.standby?.isReplayHeld == false
            && !$0.isTerminating && $0.lease.isReachable && isComplete($0)
    }
    let voters = able.filter { report in
        report.voter.map(record.synchronous.voters.contains) ?? false
    }
    let isQuorum =
        !record.synchronous.voters.isEmpty
        && voters.count >= record.synchronous.promisesRequired
    if isQuorum { return mostAdvanced(voters)?.member }
    let isLost =
        record.mode == .async && observation.database == .down && final == nil
        && now - observation.databaseRanAt > RuleLimits.crashedMasterReturn
    let candidates = able.filter { report in
        guard let position = report.position else { return false }
        if let final { return TermPosition.order(position, final) != .behind }
        return isLost && isWithinMaximumLag(observation, record, position)
    }
    return mostAdvanced(candidates)?.member
}

func isComplete(_ report: MemberReport) -> Bool {
    switch report.directory {
    case .complete: true
    case .unknown, .empty, .unfinished, .unmarked, .unreadable: false
    }
}

/// The report with the greatest position; among equals the lowest ordinal.
func mostAdvanced(_ reports: [MemberReport]) -> MemberReport? {
    var best: MemberReport?
    for report in reports.sorted(by: { $0.ordinal < $1.ordinal }) {
        guard let position = report.position else { continue }
        if let known = best?.position, !(known < position) { continue }
        best = report
    }
    return best
}

/// Whether a holder has had its time to find a proof: since it took the Lease, and where its
/// database came up later, since then.
func hasWaitedForProof(
    _ observation: Observation, since begun: Instant? = nil, at now: Instant
) -> Bool {
    guard let takenAt = observation.lease.takenAt else { return false }
    return now - max(takenAt, begun ?? takenAt) > RuleLimits.proofWait
}

/// The holder whose database is in recovery: on its way to be promoted (rule S9).
func decideAsHolderOfStandby(
    _ observation: Observation, _ standby: StandbyObservation, at now: Instant
) -> Decision {
    var decision = Decision(status: .promoting, pace: .urgent)
    guard let record = observation.lease.record else {
        decision.add(.recordUnreadable)
        return decision
    }
    guard let state = observation.state, let voter = observation.voter,
        state.clusterID == standby.clusterID
    else {
        decision.add(.stateUnreadable)
        if observation.directory == .unknown {
            renew(observation, record, at: now, &decision)
        } else {
            release(observation, record, &decision)
        }
        return decision
    }
    if observation.shutdown == .requested {
        decision.add(.terminating)
        release(observation, record, &decision)
        return decision
    }
    if let released = handOverFromStandby(observation, standby, record) {
        decision.add(.handover)
        release(observation, released, answering: [.switchover], &decision)
        return decision
    }
    if let master = record.master, master.term == observation.lease.term, master.voter == voter,
        master.start.position.branch == standby.position.branch,
        state.followedTerm < master.term
    {
        renew(observation, record, at: now, &decision)
        promote(observation, standby, record, voter, at: now, &decision)
    } else {
        claimMastership(observation, standby, record, state, at: now, &decision)
    }
    return decision
}

/// The record names this member: labels off others, close, promote.
private func promote(
    _ observation: Observation, _ standby: StandbyObservation, _ record: ClusterRecord,
    _ voter: Voter, at now: Instant, _ decision: inout Decision
) {
    guard observation.pods != nil else {
        decision.add(.apiUnreachable)
        return
    }
    let others = observation.upholds(.labelsOffOthers) ? observation.otherMasters : []
    for other in others {
        decision.perform(unmark(other, observation))
    }
    if standby.upstream != nil {
        decision.perform(.follow(nil))
        return
    }
    // Should this member die right after its promotion, before it has recorded the term, nothing
    // else would tell that there may be data of the term on it.
    guard let state = observation.state, state.begunTerm == observation.lease.term else {
        if var begun = observation.state {
            begun.begunTerm = observation.lease.term
            persist(begun, observation, &decision)
        }
        if standby.access != .closed { decision.perform(.close) }
        return
    }
    guard standby.isFinal, let start = record.master?.start,
        start.position.offset <= standby.position.offset
    else { return }
    guard standby.access == .closed else {
        decision.perform(.close)
        return
    }
    guard let validUntil = observation.lease.validUntil,
        observation.lease.isValid(
            for: observation.identity, at: now, margin: observation.settings.timing.deadline / 2),
        others.isEmpty, observation.lease.isSynchronousSetSettled
    else { return }
    if !observation.upholds(.labelAfterOpening) { decision.role = .master }
    decision.perform(
        .promote(
            PromotionPermit(
                term: observation.lease.term, voter: voter,
                synchronous: settings(of: record.synchronous, without: voter),
                validUntil: validUntil)))
}

func unmark(_ pod: PodView, _ observation: Observation) -> Effect {
    .mark(
        pod: pod.name, uid: pod.uid,
        PodMarks(role: nil, status: .starting, term: observation.lease.term))
}

/// What a new master's settings say: the recorded voters without itself.
func settings(of set: SynchronousSet, without voter: Voter) -> SynchronousSet {
    let others = set.voters.filter { $0.member != voter.member }
    return others.isEmpty
        ? .empty
        : SynchronousSet(voters: others, required: min(max(set.required, 1), others.count))
}
