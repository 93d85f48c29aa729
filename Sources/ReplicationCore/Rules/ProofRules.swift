/// The holder is not the recorded master of this term yet: find a proof (rule S7) and record it.
func claimMastership(
    _ observation: Observation, _ standby: StandbyObservation, _ record: ClusterRecord,
    _ state: MemberState, at now: Instant, _ decision: inout Decision
) {
    let term = observation.lease.term
    // A promise comes before anything is proved: this member, too, follows no older term.
    if state.promisedTerm < term {
        var promised = state
        promised.promisedTerm = term
        decision.perform(.persist(promised))
        renew(observation, record, at: now, &decision)
        return
    }
    if standby.upstream != nil || (!standby.isFinal && standby.isStreaming) {
        decision.perform(.follow(nil))
    }
    guard standby.isFinal, let position = observation.position,
        let voter = observation.voter
    else {
        // The recorded master needs nobody's word: while it replays, no other is better placed.
        if record.master?.voter == observation.voter, !standby.isReplayHeld {
            renew(observation, record, at: now, &decision)
        } else {
            awaitProof(observation, record, at: now, &decision)
        }
        return
    }
    switch findProof(observation, record, position, voter, at: now) {
    case .found(let proof):
        // Promoted in this term already, and down since: every promotion has a term of its own.
        let isRecorded = record.master?.term == term
        let newTerm = isRecorded ? term + 1 : term
        let claimed = claim(
            observation, record, proof,
            MasterRecord(voter: voter, term: newTerm, start: position, proof: proof))
        renew(observation, claimed, term: newTerm, at: now, &decision)
        // It will be promoted: what must happen before takes its time beside the write.
        if standby.access != .closed { decision.perform(.close) }
    case .handTo(let member):
        decision.add(.behindPeer)
        var handed = record
        handed.preferredSuccessor = member
        release(observation, handed, &decision)
    case .missing(let reason):
        decision.add(reason)
        awaitProof(observation, record, at: now, &decision)
    }
}

private func awaitProof(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant,
    _ decision: inout Decision
) {
    if hasWaitedForProof(observation, since: observation.databaseSince, at: now) {
        decision.add(.noProof)
        release(observation, record, &decision)
    } else {
        renew(observation, record, at: now, &decision)
    }
}

/// The record in which this member is master. W may only fall (rule S9).
private func claim(
    _ observation: Observation, _ record: ClusterRecord, _ proof: Proof, _ master: MasterRecord
) -> ClusterRecord {
    var claimed = record
    claimed.master = master
    claimed.clusterID = record.clusterID ?? observation.state?.clusterID
    claimed.initialisation = .done
    claimed.mode = observation.settings.mode
    claimed.members = observation.settings.members
    claimed.final = nil
    claimed.preferredSuccessor = nil
    let others = record.synchronous.voters.filter { $0.member != master.voter.member }
    claimed.synchronous =
        others.isEmpty || proof == .first
        ? .empty
        : SynchronousSet(
            voters: record.synchronous.voters,
            required: min(record.synchronous.required, others.count))
    return claimed
}

/// The outcome of the search for a proof.
enum ProofSearch: Hashable {
    /// It may be promoted.
    case found(Proof)
    /// Another is more advanced and should have the Lease.
    case handTo(String)
    /// Not yet, or never.
    case missing(Reason)
}

/// Looks for proof that this holder, whose position is final, lacks nothing that was acknowledged.
func findProof(
    _ observation: Observation, _ record: ClusterRecord, _ position: TermPosition,
    _ voter: Voter, at now: Instant
) -> ProofSearch {
    guard let clusterID = record.clusterID else {
        let isInitialiser = record.initialisation == .running(by: observation.identity.member)
        return isInitialiser ? .found(.first) : .missing(.recordUnreadable)
    }
    guard clusterID == observation.state?.clusterID else { return .missing(.foreignData) }
    guard let master = record.master else { return .found(.first) }
    if master.voter == voter {
        // Nobody needs to promise, but a voter that holds more than its own master was ahead of a
        // data loss: it is not written over (rule S10).
        let ahead = votersAhead(of: position, observation, record, at: now).first
        return ahead.map { .handTo($0.member) } ?? .found(.recordedMaster)
    }
    if let final = record.final, TermPosition.order(position, final) != .behind {
        return .found(.containsFinal)
    }
    switch record.mode {
    case .async:
        return findMostAdvanced(observation, record, position, at: now)
    case .quorum, .strict:
        return countPromises(observation, record, position, voter, at: now)
    }
}

/// The voters that were just heard to hold more, the most advanced first.
func votersAhead(
    of position: TermPosition, _ observation: Observation, _ record: ClusterRecord,
    at now: Instant
) -> [MemberReport] {
    observation.freshReports(at: now).filter { report in
        guard let voter = report.voter, let theirs = report.position, report.standby != nil
        else { return false }
        return record.synchronous.voters.contains(voter) && position < theirs
    }
    .sorted { left, right in
        guard let first = left.position, let second = right.position else { return false }
        return second < first
    }
}

/// Proof (c): R promises for this term, the own included, none from a more advanced voter.
private func countPromises(
    _ observation: Observation, _ record: ClusterRecord, _ position: TermPosition,
    _ voter: Voter, at now: Instant
) -> ProofSearch {
    let voters = record.synchronous.voters
    guard voters.contains(voter) else { return .missing(.notVoter) }
    let term = observation.lease.term
    let promisers = observation.freshReports(at: now, since: observation.lease.takenAt).filter {
        report in
        guard let peer = report.voter, voters.contains(peer), isComplete(report) else {
            return false
        }
        return report.state?.promisedTerm == term && report.standby?.isFinal == true
    }
    if let best = mostAdvanced(promisers), let theirs = best.position, position < theirs {
        return .handTo(best.member)
    }
    return promisers.count + 1 >= record.synchronous.promisesRequired
        ? .found(.promises) : .missing(.promisesMissing)
}

/// Mode `async`: nobody who can be reached is more advanced, and the tail is within the limit.
private func findMostAdvanced(
    _ observation: Observation, _ record: ClusterRecord, _ position: TermPosition,
    at now: Instant
) -> ProofSearch {
    let reports = observation.freshReports(at: now).filter(mayCampaign)
    if let best = mostAdvanced(reports), let theirs = best.position, position < theirs {
        return .handTo(best.member)
    }
    return isWithinMaximumLag(observation, record, position)
        ? .found(.mostAdvanced) : .missing(.lagTooGreat)
}

/// Whether a peer could take the Lease itself: else, in mode `async`, it is not waited for.
func mayCampaign(_ report: MemberReport) -> Bool {
    isComplete(report) && report.standby?.isReplayHeld == false && !report.isTerminating
        && report.lease.isReachable
}

/// Whether at most the permitted tail of what the last master reported would be lost.
func isWithinMaximumLag(
    _ observation: Observation, _ record: ClusterRecord, _ position: TermPosition
) -> Bool {
    guard let last = record.lastPosition ?? record.master?.start else { return false }
    guard position.followedTerm == last.followedTerm else {
        return position.followedTerm > last.followedTerm
    }
    guard last.position.offset > position.position.offset else { return true }
    let lag = last.position.offset - position.position.offset
    return lag <= observation.settings.maximumLagBytes
}
