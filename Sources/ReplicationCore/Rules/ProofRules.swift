/// The holder is not the recorded master of this term yet: find a proof (rule S7) and record it.
func claimMastership(
    _ observation: Observation, _ standby: StandbyObservation, _ record: ClusterRecord,
    _ state: MemberState, at now: Instant, _ decision: inout Decision
) {
    let term = observation.lease.term
    // A member that promised a later term to somebody refuses this one: the term is raised.
    if observation.knownPromise > term {
        renew(observation, record, term: observation.knownPromise + 1, at: now, &decision)
        return
    }
    askForPromises(observation, record, &decision)
    // A promise comes before anything is proved: this member, too, follows no older term.
    if state.promisedTerm < term {
        var promised = state
        promised.promisedTerm = term
        persist(promised, observation, &decision)
        renew(observation, record, at: now, &decision)
        return
    }
    if standby.upstream != nil || (!standby.isFinal && standby.isStreaming) {
        decision.perform(.follow(nil))
    }
    guard standby.isFinal || !observation.upholds(.finalPositions),
        let position = observation.position, let voter = observation.voter
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
        renew(
            observation, claimed, term: newTerm,
            answering: proof == .forced ? [.forcedPromotion] : [],
            at: now, &decision)
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
    if observation.upholds(.clearingFinal) { claimed.final = nil }
    claimed.preferredSuccessor = nil
    if proof == .forced { claimed.forcedTerm = master.term }
    let others = record.synchronous.voters.filter { $0.member != master.voter.member }
    claimed.synchronous =
        others.isEmpty || proof == .first || proof == .forced
        ? .empty
        : SynchronousSet(
            voters: observation.upholds(.recordUnchangedOnTaking)
                ? record.synchronous.voters : others,
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
    if isForced(observation, record) { return .found(.forced) }
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
    guard observation.upholds(.nobodyAheadOnOpening) else { return [] }
    return observation.freshReports(at: now).filter { report in
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
    guard observation.isVoter(voter, in: record) else { return .missing(.notVoter) }
    var promises = observation.promisesHeld.filter { peer, promise in
        peer != voter && promise.term == observation.lease.term
            && observation.isVoter(peer, in: record)
    }
    if !observation.upholds(.promisesAfterTaking) {
        promises = heardPositions(observation, record, at: now)
    }
    let ahead = promises.filter { position < $0.value.position }
        .min { left, right in
            left.value.position == right.value.position
                ? left.value.ordinal < right.value.ordinal
                : right.value.position < left.value.position
        }
    if let ahead, observation.upholds(.greatestPromiser) { return .handTo(ahead.key.member) }
    let required = observation.upholds(.promisesRequired) ? record.synchronous.promisesRequired : 1
    return promises.count + 1 >= required ? .found(.promises) : .missing(.promisesMissing)
}

/// The promise that a report holds: its term is on disk, nothing older is followed any more, and
/// the position is the end of the data (rules S8, S12).
func promise(
    in report: MemberReport, to request: PromiseRequest,
    upholding suspended: SuspendedSafeguards = SuspendedSafeguards()
) -> PromiseHeld? {
    guard isComplete(report), report.state?.promisedTerm == request.term,
        let standby = report.standby, let position = report.position
    else { return nil }
    let isStopped = standby.upstream == nil || suspended.contains(.stoppedFollowing)
    let isFinal =
        standby.isFinal || suspended.contains(.finalPositions)
        || suspended.contains(.stoppedFollowing)
    guard isStopped, isFinal else { return nil }
    return PromiseHeld(term: request.term, position: position, ordinal: report.ordinal)
}

/// What a test takes for promises: the positions that voters told before they were asked.
private func heardPositions(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant
) -> [Voter: PromiseHeld] {
    var heard: [Voter: PromiseHeld] = [:]
    for report in observation.freshReports(at: now) {
        guard let peer = report.voter, let position = report.position, report.standby != nil,
            observation.isVoter(peer, in: record)
        else { continue }
        heard[peer] = PromiseHeld(
            term: observation.lease.term, position: position, ordinal: report.ordinal)
    }
    return heard
}

extension PromiseRequest {
    /// Whether a member's report is the answer that was asked for.
    public func isFulfilled(by report: MemberReport) -> Bool {
        switch purpose {
        case .succession: promise(in: report, to: self) != nil
        case .failsafe: report.failsafe == self
        }
    }
}

/// Asks every voter that has not promised yet. Where the record needs no promise, nobody is asked.
private func askForPromises(
    _ observation: Observation, _ record: ClusterRecord, _ decision: inout Decision
) {
    let needsNone =
        !record.mode.isSynchronous || record.clusterID == nil || record.master == nil
        || record.master?.voter == observation.voter
    guard !needsNone, observation.upholds(.promisesAfterTaking) else { return }
    let request = PromiseRequest(
        term: observation.lease.term, holder: observation.identity.holder, purpose: .succession)
    for voter in record.synchronous.voters where voter.member != observation.identity.member {
        if observation.promisesHeld[voter]?.term != request.term {
            decision.perform(.requestPromise(of: voter.member, request))
        }
    }
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
