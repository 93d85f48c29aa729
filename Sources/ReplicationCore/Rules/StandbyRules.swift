/// A database in recovery, and the Lease is another's or nobody's.
func decideAsStandby(
    _ observation: Observation, _ standby: StandbyObservation, at now: Instant
) -> Decision {
    var decision = Decision(status: .waiting)
    guard let state = observation.state else {
        return decideWithoutState(observation)
    }
    if state.clusterID != standby.clusterID {
        decision.status = .refused
        decision.add(.foreignData)
        return decision
    }
    placeStandby(observation, standby, state, at: now, &decision)
    // Behind what safety asks of the database: whatever fails first is tried again first.
    let isBusy = decision.effects.contains { $0.resource == .database }
    if standby.access != .open, !isBusy { decision.perform(.openForReads) }
    return decision
}

/// Finds the standby its place: behind the recorded master, aside for a new holder, or first.
private func placeStandby(
    _ observation: Observation, _ standby: StandbyObservation, _ state: MemberState,
    at now: Instant, _ decision: inout Decision
) {
    guard let record = observation.lease.record, let clusterID = record.clusterID else {
        decision.pace = .urgent
        decision.add(observation.lease.content == .unknown ? .leaseUnknown : .recordUnreadable)
        considerAdoption(observation, at: now, &decision)
        return
    }
    guard clusterID == state.clusterID else {
        decision.status = .refused
        decision.add(.foreignData)
        return
    }
    if !observation.lease.isReachable { decision.add(.apiUnreachable) }
    let asked = max(state.promisedTerm, observation.askedSuccession?.term ?? 0)
    let isLed = record.master?.term == observation.lease.term
    let mayFollow = isLed && (record.master?.term ?? 0) >= asked
    if let master = record.master, mayFollow || mayBreakPromise(observation, at: now) {
        follow(observation, standby, state, master, at: now, &decision)
    } else {
        standAside(observation, standby, state, &decision)
    }
    keepReplicaRole(observation, state, record, at: now, &decision)
    campaign(observation, record, at: now, &decision)
}

/// A server runs although its data directory is not marked as complete.
private func decideWithoutState(_ observation: Observation) -> Decision {
    switch observation.directory {
    case .unfinished(let state) where state.step == .rewinding:
        var decision = Decision(status: .diverged, reasons: [.diverged], pace: .urgent)
        decision.perform(.restartPod(.diverged))
        return decision
    case .unknown:
        return Decision(status: .starting, pace: .urgent)
    case .empty, .unfinished, .complete, .unmarked, .unreadable:
        return Decision(status: .refused, reasons: [.stateUnreadable])
    }
}

/// Another member has the Lease for a new term and is not recorded as master yet, or has asked for
/// a promise before the Lease showed it: promise to follow no older term, first on disk, then in
/// the database (rule S12).
private func standAside(
    _ observation: Observation, _ standby: StandbyObservation, _ state: MemberState,
    _ decision: inout Decision
) {
    decision.pace = .urgent
    let isHeld = observation.lease.value?.holder.isEmpty == false
    let asked = observation.askedSuccession?.term ?? 0
    let term = max(isHeld ? observation.lease.term : 0, asked)
    if state.promisedTerm > observation.lease.term || asked > observation.lease.term {
        decision.add(.promised)
    }
    if state.promisedTerm < term {
        var promised = state
        promised.promisedTerm = term
        persist(promised, observation, &decision)
    } else if observation.upholds(.stoppedFollowing),
        isHeld || state.promisedTerm > observation.lease.term,
        standby.upstream != nil || (!standby.isFinal && standby.isStreaming)
    {
        decision.perform(.follow(nil))
    }
}

/// Whether a test lets a promise lapse while its holder makes nothing of it.
private func mayBreakPromise(_ observation: Observation, at now: Instant) -> Bool {
    guard !observation.upholds(.lastingPromise), let changedAt = observation.lease.changedAt else {
        return false
    }
    return now > changedAt + RuleLimits.rankStep
}

/// The record names the master of the current term.
private func follow(
    _ observation: Observation, _ standby: StandbyObservation, _ state: MemberState,
    _ master: MasterRecord, at now: Instant, _ decision: inout Decision
) {
    let leader = master.voter.member
    guard leader != observation.identity.member else {
        // The recorded master is this member, and it no longer holds the Lease: the Pod was made
        // anew, or the Lease was given up. It campaigns with its own record as proof.
        decision.pace = .urgent
        return
    }
    if isDiverged(observation, master, at: now) {
        rejoin(observation, state, master, at: now, &decision)
        return
    }
    if state.promisedTerm < master.term {
        var promised = state
        promised.promisedTerm = master.term
        persist(promised, observation, &decision)
        decision.pace = .urgent
        return
    }
    guard standby.upstream == leader else {
        decision.status = .catchingUp
        decision.perform(.follow(leader))
        decision.pace = .urgent
        return
    }
    guard standby.isStreaming else {
        decision.status = .catchingUp
        decision.add(.notStreaming)
        decision.pace = .urgent
        return
    }
    if state.followedTerm < master.term {
        decision.status = .catchingUp
        decision.add(.catchingUp)
        decision.pace = .urgent
        let holdsStart =
            holdsStart(observation, standby, master, at: now)
            || !observation.upholds(.startHeldBeforeFollowing)
        if holdsStart {
            var caughtUp = state
            caughtUp.followedTerm = master.term
            persist(caughtUp, observation, &decision)
        }
        return
    }
    decision.status = .replica
    decision.role = .replica
}

/// Whether a streaming standby holds all from which the term's master went on: it is on the
/// master's own branch, at or beyond the start.
private func holdsStart(
    _ observation: Observation, _ standby: StandbyObservation, _ master: MasterRecord,
    at now: Instant
) -> Bool {
    guard standby.position.offset >= master.start.position.offset,
        let primary = observation.freshReport(of: master.voter.member, at: now)?.primary
    else { return false }
    return standby.position.branch == primary.lineage.tip.branch
        && primary.lineage.tip.branch > master.start.position.branch
}

/// Whether the own data has a tail that the living master lacks. Known only from the master itself.
private func isDiverged(
    _ observation: Observation, _ master: MasterRecord, at now: Instant
) -> Bool {
    guard let position = observation.database.position,
        let report = observation.freshReport(of: master.voter.member, at: now),
        let primary = report.primary, report.lease.term == master.term
    else { return false }
    if let state = observation.state, observation.upholds(.leftOutTerms),
        master.leavesOut(state.lastTerm)
    {
        return true
    }
    switch primary.lineage.order(of: position) {
    // Ahead on the master's own branch: received since the master was asked. Should the master have
    // lost it, it is kept and not streamed over (rule S17, F26).
    case .ahead: return !observation.upholds(.keepingAhead)
    case .equal, .behind: return false
    case .diverged: return true
    }
}

/// A diverged member marks itself and asks for init, which takes back the tail (rule S17); it stays
/// as it is where that is not proven to be safe.
private func rejoin(
    _ observation: Observation, _ state: MemberState, _ master: MasterRecord, at now: Instant,
    _ decision: inout Decision
) {
    decision.status = .diverged
    decision.add(.diverged)
    decision.pace = .urgent
    let donor = observation.freshReport(of: master.voter.member, at: now)
    // One member at a time; of several that could begin, the lowest ordinal does.
    let isOtherRejoining = observation.freshReports(at: now).contains { report in
        report.state?.step == .rewinding
            || (report.status == .diverged && report.ordinal < observation.identity.ordinal)
    }
    let mayCopy = donor.map { report in
        observation.lease.record.map { isHistoryOf($0, report) } ?? false
    }
    guard !observation.lease.requests.isPaused else {
        decision.add(.paused)
        return
    }
    guard
        mayTakeBack(state, observation.lease.record) || !observation.upholds(.keepingTailOfForced),
        state.followedTerm < master.term || !observation.upholds(.keepingAhead),
        mayCopy == true, !isOtherRejoining
    else {
        decision.add(.rejoinUnsafe)
        return
    }
    var marked = state
    marked.step = .rewinding
    persist(marked, observation, &decision)
}

/// Whether a tail may be taken back: not where only a person decided that it is none (rule S17).
func mayTakeBack(_ state: MemberState, _ record: ClusterRecord?) -> Bool {
    state.followedTerm >= (record?.forcedTerm ?? 0)
}

/// While the master changes, a replica that had caught up keeps its role: reads go on. It loses it
/// when a master lives that it does not follow.
private func keepReplicaRole(
    _ observation: Observation, _ state: MemberState, _ record: ClusterRecord, at now: Instant,
    _ decision: inout Decision
) {
    switch decision.status {
    case .waiting, .catchingUp: break
    case .starting, .joining, .stopped, .unresponsive, .replica, .promoting, .master, .fenced,
        .diverged, .refused:
        return
    }
    guard let wasReplicaAt = observation.wasReplicaAt else { return }
    let isLed = observation.lease.value.map { !$0.holder.isEmpty } ?? false
    let isFree = observation.leaseFreeFrom.map { $0 <= now } ?? false
    let holdsNewest = state.followedTerm >= (record.master?.term ?? 0)
    let grace = observation.settings.timing.duration + RuleLimits.replicaGrace
    if now - wasReplicaAt < grace || ((!isLed || isFree) && holdsNewest) {
        decision.role = .replica
    }
}
