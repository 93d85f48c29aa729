/// Whether this member may promise a master that cannot reach the API neither to campaign nor to
/// consent to another (rule S14): not when it knows of a later term, and not to anyone but the
/// holder.
func mayGiveFailsafe(_ observation: Observation, _ request: PromiseRequest) -> Bool {
    let lease = observation.lease
    guard !lease.isHeld(by: observation.identity), request.term >= lease.term,
        request.term >= observation.state?.promisedTerm ?? 0,
        request.term >= observation.askedSuccession?.term ?? 0
    else { return false }
    let isLeaseAhead = request.term == lease.term && lease.value?.holder != request.holder
    return !isLeaseAhead
}

/// Until when a master may go on although its Lease could not be renewed: as long after the
/// question as a holder trusts a renewal, since the promises last as long as a Lease does.
///
/// W voters must promise, so that fewer than R are left for another; without voters nobody else can
/// be promoted, and in mode `async` all members that may campaign must.
func failsafeUntil(
    _ observation: Observation, holding value: LeaseValue?, at now: Instant
) -> Instant? {
    let lease = observation.lease
    guard let value, value.holder == observation.identity.holder, lease.isWriteFailing,
        !lease.isReleasing, case .readable(let record) = value.record,
        record.master?.term == value.term, record.master?.voter == observation.voter,
        observation.highestPromise <= value.term
    else { return nil }
    let deadline = observation.settings.timing.deadline
    let asked = observation.failsafeHeld.filter { $0.value.term == value.term }
    switch record.mode {
    case .quorum, .strict:
        let voters = record.synchronous.voters
        if voters.isEmpty { return now + deadline }
        let promised = asked.values.filter { held in held.voter.map(voters.contains) ?? false }
            .map(\.askedAt).sorted(by: >)
        let needed =
            observation.upholds(.failsafePromises) ? record.synchronous.required : 0
        if needed == 0 { return now + deadline }
        return promised.count >= needed ? promised[needed - 1] + deadline : nil
    case .async:
        let others = record.members.filter { $0 != observation.identity.member }
        let promised = others.compactMap { asked[$0]?.askedAt }
        guard observation.upholds(.failsafePromises) else { return now + deadline }
        guard promised.count == others.count else { return nil }
        return promised.min().map { $0 + deadline } ?? now + deadline
    }
}

/// Asks for the promises by which a master goes on while the API does not answer.
func askForFailsafe(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant,
    _ decision: inout Decision
) {
    guard observation.lease.isWriteFailing else { return }
    let request = PromiseRequest(
        term: observation.lease.term, holder: observation.identity.holder, purpose: .failsafe)
    let asked =
        record.mode.isSynchronous ? record.synchronous.voters.map(\.member) : record.members
    for member in asked where member != observation.identity.member {
        let held = observation.failsafeHeld[member]
        let isDue =
            held.map {
                $0.term != request.term
                    || now >= $0.askedAt + observation.settings.timing.renewal
            } ?? true
        if isDue { decision.perform(.requestPromise(of: member, request)) }
    }
}

extension Observation {
    /// Whether a promise to a master that cannot reach the API forbids to campaign now. It binds as
    /// long as the Lease still names that master.
    func isBoundByFailsafe(at now: Instant) -> Bool {
        guard let failsafeGiven, now < failsafeGiven.until else { return false }
        guard let value = lease.value else { return true }
        return value.holder == failsafeGiven.holder && value.term <= failsafeGiven.term
    }

    /// Whether this holder may go on as master: its Lease is valid, or it goes on by promises.
    func isTrusted(at now: Instant) -> Bool {
        lease.isValid(for: identity, at: now)
            || failsafeUntil(self, holding: lease.value, at: now).map { now < $0 } ?? false
    }

    /// Until when this holder may go on as master.
    func trustedUntil(at now: Instant) -> Instant? {
        guard let failsafe = failsafeUntil(self, holding: lease.value, at: now) else {
            return lease.validUntil
        }
        return lease.validUntil.map { max($0, failsafe) } ?? failsafe
    }

    /// What this master last wrote, where the Lease no longer says it and nobody else has taken it
    /// over, while its trust lasts (rule S16).
    func lostHold(at now: Instant) -> LeaseValue? {
        guard let hold = lease.ownHold else { return nil }
        switch lease.content {
        case .unknown: return nil
        case .absent: break
        case .present(let value):
            let isOurs = value.holder == identity.holder && value.term == hold.term
            guard !isOurs || value.hasLostRecord else { return nil }
        }
        let failsafe = failsafeUntil(self, holding: hold, at: now)
        let isTrusted =
            lease.validUntil.map { now < $0 } ?? false || failsafe.map { now < $0 } ?? false
        return isTrusted ? hold : nil
    }
}
