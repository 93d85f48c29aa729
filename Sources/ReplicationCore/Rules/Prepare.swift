/// The init container's whole mind: what to do with the data directory before the database starts.
///
/// Whatever it says, what starts afterwards is read-only and follows nobody. It never erases more
/// than its permit says, and it waits rather than guess.
public func prepare(_ observation: InitObservation) -> InitPlan {
    switch observation.directory {
    case .unreadable: return .refuse(.stateUnreadable)
    case .unknown: return .wait(.databaseStarting)
    case .empty, .unfinished, .complete, .unmarked: break
    }
    guard let agent = observation.agent else { return .wait(.agentSilent) }
    guard agent.lease.isKnown else {
        return .wait(agent.lease.isReachable ? .leaseUnknown : .apiUnreachable)
    }
    switch observation.directory {
    case .unknown, .unreadable:
        return .refuse(.stateUnreadable)
    case .unmarked(let clusterID):
        let known = agent.lease.record?.clusterID
        let isForeign = clusterID != nil && known != nil && known != clusterID
        return .refuse(isForeign ? .foreignData : .unmarkedData)
    case .empty:
        return prepareNew(observation, agent, mayInitialise: true)
    case .unfinished(let state):
        switch state.step {
        case .rewinding: return prepareRejoin(observation, state, agent)
        case .initialising: return prepareNew(observation, agent, mayInitialise: true)
        // A clone that was begun is a sign of earlier life.
        case .cloning: return prepareNew(observation, agent, mayInitialise: false)
        case .complete: return .refuse(.stateUnreadable)
        }
    case .complete(let state):
        return prepareExisting(observation, state, agent)
    }
}

/// There is no data, or only our own unfinished work.
private func prepareNew(
    _ observation: InitObservation, _ agent: MemberReport, mayInitialise: Bool
) -> InitPlan {
    if observation.suspended.contains(.initialisedOnce), agent.ordinal == 0, mayInitialise {
        return .initialise(InitialisationPermit(member: agent.member))
    }
    guard let record = agent.lease.record else {
        return .wait(agent.reasons.first ?? .notInitialiser)
    }
    switch record.initialisation {
    case .none:
        return .wait(agent.reasons.first ?? .notInitialiser)
    case .running(let member):
        let isOwn =
            member == agent.member && agent.lease.holder == agent.member
            && agent.lease.holderIdentity == "\(agent.member)_\(agent.podUID)"
            && (agent.lease.remainingMilliseconds ?? 0) > 0
        return isOwn && mayInitialise
            ? .initialise(InitialisationPermit(member: member)) : .wait(.notInitialiser)
    case .done:
        guard let clusterID = record.clusterID else { return .refuse(.recordUnreadable) }
        guard let donor = donorOfClone(record, agent) else { return .wait(.noDonor) }
        return .clone(
            donor: donor.member,
            ErasurePermit(
                scope: .nothingOfWorth, clusterID: clusterID, term: record.master?.term ?? 0))
    }
}

/// Whom an empty member copies: the living master, open or not. In mode `strict` a first master
/// opens only once it has a voter; whatever the copy holds too much is found later.
private func donorOfClone(_ record: ClusterRecord, _ agent: MemberReport) -> MemberReport? {
    guard let master = record.master, master.term == agent.lease.term else { return nil }
    return agent.peers.first { peer in
        peer.voter == master.voter && peer.lease.term == master.term
            && peer.primary?.clusterID == record.clusterID
    }
}

/// The living master of the current term whose history others are held to, if it is another member.
private func master(_ record: ClusterRecord, _ agent: MemberReport) -> MemberReport? {
    donorOfClone(record, agent).flatMap { isHistoryOf(record, $0) ? $0 : nil }
}

/// Whether a master's own history stands: it is open, or in mode `strict`, where it opens only once
/// somebody follows it, it was promoted and has recorded its term.
func isHistoryOf(_ record: ClusterRecord, _ master: MemberReport) -> Bool {
    let isPromoted =
        master.primary != nil && master.state?.followedTerm == record.master?.term
    return master.role == .master || (record.mode == .strict && isPromoted)
}

/// There is data of ours that can be started.
private func prepareExisting(
    _ observation: InitObservation, _ state: MemberState, _ agent: MemberReport
) -> InitPlan {
    guard let stopped = observation.stopped, stopped.clusterID == state.clusterID else {
        return .refuse(.stateUnreadable)
    }
    guard let record = agent.lease.record, let clusterID = record.clusterID else {
        return .start
    }
    guard clusterID == state.clusterID else { return .refuse(.foreignData) }
    guard let donor = master(record, agent), let lineage = donor.primary?.lineage,
        let master = record.master, state.followedTerm < master.term
    else { return .start }
    if master.leavesOut(state.lastTerm) {
        return prepareRejoin(observation, state, agent)
    }
    switch lineage.order(of: stopped.position) {
    case .equal, .behind:
        // After a crash the end is unknown until recovery has run, and a primary's may be beyond
        // the fork. Rewinding says itself when there is nothing to take back; a whole copy would
        // not, so without a further copy the database is started to find its end. A fresh copy
        // looks like a crashed primary, too, but has never followed or led a term.
        let mayBeBeyond = stopped.wasPrimary && !stopped.isClean && state.followedTerm > 0
        guard mayBeBeyond else { return .start }
        let plan = prepareRejoin(observation, state, agent)
        if case .rewind = plan { return plan }
        return .start
    case .ahead:
        // On the master's own branch: kept, and reported once it runs (rule S17, F26).
        return .start
    case .diverged:
        return prepareRejoin(observation, state, agent)
    }
}

/// The tail that the master of a later term lacks is taken back (rule S17). In place only while
/// there is a further whole copy and it has not failed; else by a copy made beside, so that one is
/// always whole.
private func prepareRejoin(
    _ observation: InitObservation, _ state: MemberState, _ agent: MemberReport
) -> InitPlan {
    guard let record = agent.lease.record, let clusterID = record.clusterID else {
        return .wait(.recordUnreadable)
    }
    guard state.clusterID == clusterID else { return .refuse(.foreignData) }
    // Whatever a person decides about a tail that only a forced promotion left out, it is kept, and
    // so is one while nobody is to be changed (rules S17, S18).
    let mayTakeBack =
        mayTakeBack(state, record) || observation.suspended.contains(.keepingTailOfForced)
    guard mayTakeBack else { return state.step == .complete ? .start : .wait(.rejoinUnsafe) }
    if agent.lease.isPaused { return .wait(.paused) }
    guard let donor = master(record, agent), let term = record.master?.term else {
        return .wait(.noDonor)
    }
    guard state.followedTerm < term || observation.suspended.contains(.keepingAhead) else {
        return .refuse(.diverged)
    }
    let permit = ErasurePermit(scope: .divergedTail, clusterID: clusterID, term: term)
    let hasFurtherCopy = agent.peers.contains { peer in
        peer.member != donor.member && isComplete(peer) && peer.state?.followedTerm == term
    }
    let mayRewind = hasFurtherCopy || observation.suspended.contains(.furtherCopy)
    return mayRewind && observation.rewindFailures == 0
        ? .rewind(donor: donor.member, permit) : .clone(donor: donor.member, permit)
}
