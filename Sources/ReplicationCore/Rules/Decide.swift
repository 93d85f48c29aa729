/// What follows from what is known. Pure: the same observation and instant give the same decision.
///
/// Whoever holds the Lease is on its way to be master; everybody else follows, campaigns or waits.
/// First come the duties that no other may delay: a primary without the right to be is closed.
public func decide(_ observation: Observation, at now: Instant) -> Decision {
    var decision: Decision
    if let hold = observation.lostHold(at: now) {
        decision = decideAsRobbed(observation, hold)
    } else if observation.lease.isHeld(by: observation.identity) {
        decision = decideAsHolder(observation, at: now)
    } else {
        decision = decideAsOther(observation, at: now)
    }
    decision.candidacy = decision.role == .master ? .eligible : candidacy(observation, at: now)
    // A watch that seems to live may have nothing to say for long: the API is asked anew.
    if !observation.lease.isReachable, observation.lease.content != .unknown {
        decision.perform(.readLease)
    }
    markOwnPod(observation, at: now, &decision)
    return decision
}

private func decideAsHolder(_ observation: Observation, at now: Instant) -> Decision {
    let isTrusted = observation.isTrusted(at: now) || !observation.upholds(.fencingOnExpiry)
    guard isTrusted else {
        return decideAsStaleHolder(observation, at: now)
    }
    if let raised = raiseTerm(observation, at: now) { return raised }
    if case .primary = observation.database, observation.mayStillLearn(at: now) {
        return decideAsLearner(observation, at: now)
    }
    switch observation.database {
    case .unknown, .down, .starting, .unresponsive, .unusable:
        return decideAsHolderWithoutDatabase(observation, at: now)
    case .standby(let standby):
        return decideAsHolderOfStandby(observation, standby, at: now)
    case .primary(let primary):
        guard let record = observation.lease.record, let master = record.master,
            master.term == observation.lease.term, master.voter == observation.voter
        else {
            return decideAsUnexpectedPrimary(observation, primary)
        }
        return decideAsMaster(observation, primary, record, at: now)
    }
}

/// A member has promised a later term than this master's, so it will not follow: the Lease was
/// restored with an older one. The term is raised, and in the new one the database is promoted anew
/// (rule S12, F30).
private func raiseTerm(_ observation: Observation, at now: Instant) -> Decision? {
    let lease = observation.lease
    guard let record = lease.record, record.master?.term == lease.term,
        lease.isValid(for: observation.identity, at: now), observation.knownPromise > lease.term
    else { return nil }
    var decision = Decision(status: .promoting, reasons: [.promised], pace: .urgent)
    renew(observation, record, term: observation.knownPromise + 1, at: now, &decision)
    return decision
}

private func decideAsOther(_ observation: Observation, at now: Instant) -> Decision {
    switch observation.database {
    case .primary(let primary):
        if observation.mayStillLearn(at: now) { return decideAsLearner(observation, at: now) }
        return decideAsUnexpectedPrimary(observation, primary)
    case .standby(let standby):
        return decideAsStandby(observation, standby, at: now)
    case .unknown, .down, .starting, .unresponsive, .unusable:
        return decideWithoutDatabase(observation, at: now)
    }
}

/// A new agent finds a primary, and has not yet read all that says whether it may be one.
private func decideAsLearner(_ observation: Observation, at now: Instant) -> Decision {
    var decision = Decision(status: .starting, pace: .urgent)
    if observation.lease.content == .unknown { decision.add(.leaseUnknown) }
    if observation.lease.isHeld(by: observation.identity), let record = observation.lease.record {
        renew(observation, record, at: now, &decision)
    }
    return decision
}

/// The Lease names this member, but this agent's trust in it has run out or never began.
private func decideAsStaleHolder(_ observation: Observation, at now: Instant) -> Decision {
    if observation.lease.isReleasing { return decideAsReleaser(observation) }
    var decision = Decision(status: .waiting, reasons: [.leaseExpired], pace: .urgent)
    if !observation.lease.isReachable { decision.add(.apiUnreachable) }
    if let record = observation.lease.record {
        renew(observation, record, at: now, &decision)
    } else {
        decision.add(.recordUnreadable)
        if case .standby = observation.database {
            considerAdoption(observation, at: now, &decision)
        }
    }
    switch observation.database {
    case .primary(let primary):
        decision.status = .fenced
        guard !observation.mayStillLearn(at: now) else { break }
        if primary.access != .closed {
            decision.add(.fenced)
            decision.perform(fence(observation))
        } else if observation.lease.record == nil {
            // Nothing says any more whose term it is: it is judged as the others are, in recovery.
            decision.perform(.stopDatabase(urgent: true))
        }
    case .unknown, .down, .starting, .unresponsive, .unusable, .standby:
        break
    }
    return decision
}

/// The release is on its way; nothing rests on the Lease any more.
private func decideAsReleaser(_ observation: Observation) -> Decision {
    switch observation.database {
    case .primary(let primary):
        return decideAsUnexpectedPrimary(observation, primary)
    case .standby:
        return Decision(status: .waiting, reasons: [.releasing], pace: .urgent)
    case .unknown, .down, .starting, .unresponsive, .unusable:
        return Decision(
            status: status(ofStopped: observation), reasons: [.releasing], pace: .urgent)
    }
}

/// The record was lost under its master while its trust lasts: nobody else can have been promoted,
/// and it writes the record again for a new term (rule S16). In that term it is promoted anew.
private func decideAsRobbed(_ observation: Observation, _ hold: LeaseValue) -> Decision {
    var decision = Decision(status: .fenced, reasons: [.recordRestored], pace: .urgent)
    if case .readable(let record) = hold.record {
        take(observation, record, above: hold.term, &decision)
    }
    return decision
}

/// A primary that may not be one: closed, verified, and then started anew, read-only.
func decideAsUnexpectedPrimary(
    _ observation: Observation, _ primary: PrimaryObservation
) -> Decision {
    var decision = Decision(status: .fenced, reasons: [.unexpectedPrimary], pace: .urgent)
    if observation.wasPrimary { decision.add(.leaseLost) }
    switch primary.access {
    case .open, .uncertain: decision.perform(fence(observation))
    case .closed: decision.perform(.stopDatabase(urgent: true))
    }
    return decision
}

/// The next step of the fence: sessions first, and where that fails the server process (design §6).
func fence(_ observation: Observation) -> Effect {
    observation.isCloseFailing ? .stopDatabase(urgent: true) : .close
}

/// No server runs here, and another member (or nobody) holds the Lease.
private func decideWithoutDatabase(_ observation: Observation, at now: Instant) -> Decision {
    var decision = Decision(status: status(ofStopped: observation))
    switch observation.database {
    case .unknown, .standby, .primary: break
    case .down: decision.add(.databaseDown)
    case .starting: decision.add(.databaseStarting)
    case .unresponsive:
        decision.add(.databaseUnresponsive)
        if isWithinGrace(observation.wasReplicaAt, at: now) { decision.role = .replica }
    case .unusable: decision.add(.databaseUnusable)
    }
    switch observation.directory {
    case .empty: decision.add(.dataDirectoryEmpty)
    case .unfinished: decision.add(.cloneInterrupted)
    case .unmarked: decision.add(.unmarkedData)
    case .unreadable: decision.add(.stateUnreadable)
    case .unknown, .complete: break
    }
    decision.pace = .urgent
    considerFirstStart(observation, at: now, &decision)
    return decision
}

/// Whether a role was held so recently that one slow answer does not take it away.
func isWithinGrace(_ heldAt: Instant?, at now: Instant) -> Bool {
    heldAt.map { now - $0 < RuleLimits.roleGrace } ?? false
}

func status(ofStopped observation: Observation) -> MemberStatus {
    switch observation.directory {
    case .unknown: return .starting
    case .empty, .unfinished: return .joining
    case .unmarked, .unreadable: return .refused
    case .complete: break
    }
    switch observation.database {
    case .unknown, .starting: return .starting
    case .down, .standby, .primary: return .stopped
    case .unresponsive: return .unresponsive
    case .unusable: return .refused
    }
}

/// Labels follow reality: the own Pod's are set when they differ from what was decided. An agent
/// that has just begun leaves them as its predecessor did until it knows better.
private func markOwnPod(
    _ observation: Observation, at now: Instant, _ decision: inout Decision
) {
    if observation.mayStillLearn(at: now) { return }
    let identity = observation.identity
    guard let pod = observation.pods?[identity.member], pod.uid == identity.podUID else { return }
    let marks = PodMarks(
        role: decision.role, status: decision.status, term: observation.lease.term)
    let isRoleRight = pod.role == decision.role?.rawValue
    let isStatusRight = pod.status == decision.status.rawValue
    let isTermRight = decision.role == nil || pod.term == "\(marks.term)"
    if !(isRoleRight && isStatusRight && isTermRight) {
        decision.perform(.mark(pod: pod.name, uid: pod.uid, marks))
    }
}
