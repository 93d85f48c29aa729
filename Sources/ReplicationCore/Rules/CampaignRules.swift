/// Takes the Lease when it is free and this member could be promoted (rules S7, S11). The others
/// that could, too, wait by rank.
func campaign(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant,
    _ decision: inout Decision
) {
    guard let wholeTime = observation.leaseFreeFrom else { return }
    if campaignByForce(observation, record, from: wholeTime, at: now, &decision) { return }
    let early = earlyTakeoverFrom(observation, record, at: now)
    if let waited = observation.lease.changedAt.map({ now - $0 }),
        waited > observation.settings.timing.renewal * 3 / 2, record.mode.isSynchronous,
        observation.lease.isReachable
    {
        decision.pace = .urgent
    }
    var freeFrom = min(wholeTime, early ?? wholeTime)
    if !observation.upholds(.wholeLeaseDuration) { freeFrom = min(freeFrom, now) }
    guard now >= freeFrom else { return }
    decision.pace = .urgent
    guard observation.lease.isReachable else {
        decision.add(.apiUnreachable)
        return
    }
    switch candidacy(observation, at: now) {
    case .ineligible(let reasons):
        reasons.forEach { decision.add($0) }
        return
    case .eligible: break
    }
    if let notBefore = observation.campaignNotBefore, now < notBefore { return }
    let rank = rank(observation, record, at: now)
    guard now >= freeFrom + RuleLimits.rankStep * rank else { return }
    var taken = record
    // Its own data goes on from here: what it handed on as the end of all data is none (rule S7b).
    if record.master?.voter == observation.voter, observation.upholds(.clearingFinal) {
        taken.final = nil
    }
    take(observation, taken, &decision)
}

/// A person named this member: it takes the Lease once its holder's whole time is over, whatever
/// speaks against it (rule S16). Whether it did is told by the caller's own decision.
private func campaignByForce(
    _ observation: Observation, _ record: ClusterRecord, from freeFrom: Instant,
    at now: Instant, _ decision: inout Decision
) -> Bool {
    guard isForced(observation, record), observation.lease.isReachable, now >= freeFrom else {
        return false
    }
    decision.pace = .urgent
    decision.add(.forcedPromotion)
    take(observation, record, &decision)
    return true
}

/// Whether a person asks for this member's promotion, having seen the last mastership.
func isForced(_ observation: Observation, _ record: ClusterRecord) -> Bool {
    guard let forced = observation.lease.requests.forcedPromotion,
        forced.member == observation.identity.member, observation.shutdown == .none,
        observation.state?.clusterID == record.clusterID
    else { return false }
    return forced.term >= (record.master?.term ?? 0) && forced.term <= observation.lease.term
}

/// How many others should go first: the preferred successor, and equals of lower ordinal.
private func rank(_ observation: Observation, _ record: ClusterRecord, at now: Instant) -> Int {
    let able = observation.freshReports(at: now).filter {
        isComplete($0) && $0.standby != nil && !$0.isTerminating
    }
    if record.preferredSuccessor == observation.identity.member { return 0 }
    let isAfterPreferred = able.contains { $0.member == record.preferredSuccessor }
    let before = able.filter { report in
        guard report.member != record.preferredSuccessor, let voter = report.voter,
            let theirs = report.position, let own = observation.position
        else { return false }
        let mayLead = record.synchronous.voters.contains(voter) || record.mode == .async
        return mayLead && theirs == own && report.ordinal < observation.identity.ordinal
    }
    return before.count + (isAfterPreferred ? 1 : 0)
}

/// Whether this member could be promoted if the Lease were free, and if not, every reason.
func candidacy(_ observation: Observation, at now: Instant) -> Candidacy {
    var reasons: [Reason] = []
    func refuse(_ reason: Reason) {
        if !reasons.contains(reason) { reasons.append(reason) }
    }
    if observation.shutdown == .requested { refuse(.terminating) }
    if observation.isBoundByFailsafe(at: now) { refuse(.failsafe) }
    switch observation.directory {
    case .complete: break
    case .unknown, .empty: refuse(.dataDirectoryEmpty)
    case .unfinished: refuse(.cloneInterrupted)
    case .unmarked: refuse(.unmarkedData)
    case .unreadable: refuse(.stateUnreadable)
    }
    switch observation.database {
    case .unknown, .down: refuse(.databaseDown)
    case .starting: refuse(.databaseStarting)
    case .unresponsive: refuse(.databaseUnresponsive)
    case .unusable: refuse(.databaseUnusable)
    case .standby(let standby): if standby.isReplayHeld { refuse(.replayHeld) }
    case .primary: break
    }
    guard reasons.isEmpty else { return .ineligible(reasons) }
    guard let record = observation.lease.record else {
        return .ineligible([
            observation.lease.content == .unknown ? .leaseUnknown : .recordUnreadable
        ])
    }
    if let clusterID = record.clusterID, clusterID != observation.state?.clusterID {
        refuse(.foreignData)
    } else if let position = observation.position, let voter = observation.voter {
        canvass(observation, record, position, voter, at: now).forEach(refuse)
    }
    return reasons.isEmpty ? .eligible : .ineligible(reasons)
}

/// What the positions heard so far say against a promotion. Nothing is changed by asking.
private func canvass(
    _ observation: Observation, _ record: ClusterRecord, _ position: TermPosition,
    _ voter: Voter, at now: Instant
) -> [Reason] {
    guard let master = record.master else { return [] }
    if master.voter == voter {
        let ahead = votersAhead(of: position, observation, record, at: now)
        return ahead.isEmpty ? [] : [.behindPeer]
    }
    if observation.lease.requests.isPaused, observation.upholds(.pausing) { return [.paused] }
    if let final = record.final, TermPosition.order(position, final) != .behind { return [] }
    switch record.mode {
    case .async:
        let heard = observation.freshReports(at: now).filter { report in
            isComplete(report) && report.standby != nil && report.position != nil
        }
        var reasons: [Reason] = []
        if isBehind(position, heard.filter(mayCampaign)) { reasons.append(.behindPeer) }
        if !isWithinMaximumLag(observation, record, position) { reasons.append(.lagTooGreat) }
        return reasons
    case .quorum, .strict:
        guard observation.isVoter(voter, in: record) else { return [.notVoter] }
        return canvassVoters(observation, record, position, at: now)
    }
}

/// What the voters heard so far say against a promotion that rests on their promises.
private func canvassVoters(
    _ observation: Observation, _ record: ClusterRecord, _ position: TermPosition, at now: Instant
) -> [Reason] {
    var (count, isBehind) = (0, false)
    for peer in observation.peers.values where peer.isFresh(at: now) {
        guard isComplete(peer.report), peer.report.standby != nil,
            let theirs = peer.report.position, let voter = peer.report.voter,
            observation.isVoter(voter, in: record)
        else { continue }
        count += 1
        if position < theirs { isBehind = true }
    }
    var reasons: [Reason] = isBehind ? [.behindPeer] : []
    if count + 1 < record.synchronous.promisesRequired, observation.upholds(.promisesRequired) {
        reasons.append(.promisesMissing)
    }
    return reasons
}

private func isBehind(_ position: TermPosition, _ reports: [MemberReport]) -> Bool {
    reports.contains { report in report.position.map { position < $0 } ?? false }
}

extension Observation {
    /// Whether that member's word counts: it is among the record's voters, with this very data.
    func isVoter(_ voter: Voter, in record: ClusterRecord) -> Bool {
        if !upholds(.votersOnly) { return true }
        return record.synchronous.voters.contains(voter)
    }
}
