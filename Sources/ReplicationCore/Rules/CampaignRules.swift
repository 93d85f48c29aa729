/// Takes the Lease when it is free and this member could be promoted (rules S7, S11). The others
/// that could, too, wait by rank.
func campaign(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant,
    _ decision: inout Decision
) {
    guard let freeFrom = observation.leaseFreeFrom else { return }
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
    if record.master?.voter == observation.voter { taken.final = nil }
    take(observation, taken, at: now, &decision)
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
    if let final = record.final, TermPosition.order(position, final) != .behind { return [] }
    let heard = observation.freshReports(at: now).filter { report in
        isComplete(report) && report.standby != nil && report.position != nil
    }
    switch record.mode {
    case .async:
        var reasons: [Reason] = []
        if isBehind(position, heard.filter(mayCampaign)) { reasons.append(.behindPeer) }
        if !isWithinMaximumLag(observation, record, position) { reasons.append(.lagTooGreat) }
        return reasons
    case .quorum, .strict:
        guard record.synchronous.voters.contains(voter) else { return [.notVoter] }
        let voters = heard.filter { report in
            report.voter.map(record.synchronous.voters.contains) ?? false
        }
        var reasons: [Reason] = []
        if isBehind(position, voters) { reasons.append(.behindPeer) }
        if voters.count + 1 < record.synchronous.promisesRequired {
            reasons.append(.promisesMissing)
        }
        return reasons
    }
}

private func isBehind(_ position: TermPosition, _ reports: [MemberReport]) -> Bool {
    reports.contains { report in report.position.map { position < $0 } ?? false }
}
