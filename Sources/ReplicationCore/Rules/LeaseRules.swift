/// Adds a renewal when one is due, when the record has materially changed, or when the last one did
/// not succeed. How often a failed one is tried again is the supervisor's matter.
func renew(
    _ observation: Observation, _ record: ClusterRecord, term: Term? = nil,
    answering answered: Set<AnsweredRequest> = [], at now: Instant, _ decision: inout Decision
) {
    guard let value = observation.lease.value else { return }
    var seen = observation.lease.record
    seen?.lastPosition = nil
    var wanted: ClusterRecord? = record
    wanted?.lastPosition = nil
    let isChanged = seen != wanted || (term ?? value.term) != value.term
    let isTrusted =
        observation.lease.isValid(for: observation.identity, at: now)
        && !observation.lease.hasUnknownWrite
    let isDue =
        observation.lease.sentAt.map { now >= $0 + observation.settings.timing.renewal } ?? true
    guard isChanged || isDue || !isTrusted || !answered.isEmpty else { return }
    decision.perform(
        .writeLease(
            LeaseWrite(
                expecting: .init(uid: value.uid, resourceVersion: value.resourceVersion),
                holder: observation.identity.holder, term: term ?? value.term,
                duration: observation.settings.timing.duration, record: record,
                answered: answered)))
}

/// Gives the Lease up. Only called when the database cannot acknowledge a write: it was seen to be
/// stopped, to be in recovery, or to be fenced.
func release(
    _ observation: Observation, _ record: ClusterRecord,
    answering answered: Set<AnsweredRequest> = [], _ decision: inout Decision
) {
    guard let value = observation.lease.value else { return }
    var released = record
    released.releasedTerm = value.term
    decision.perform(
        .writeLease(
            LeaseWrite(
                expecting: .init(uid: value.uid, resourceVersion: value.resourceVersion),
                holder: "", term: value.term, duration: observation.settings.timing.duration,
                record: released, answered: answered)))
}

/// Takes a Lease that is free for a new term, the record unchanged but for what is given. The term
/// is above every promise that is known of, also where the Lease was restored with an older one
/// (rule S12, F30).
func take(
    _ observation: Observation, _ record: ClusterRecord, above least: Term = 0,
    _ decision: inout Decision
) {
    let value = observation.lease.value
    let highest = max(observation.lease.term, observation.knownPromise, least)
    var taken = record
    taken.releasedTerm = nil
    decision.perform(
        .writeLease(
            LeaseWrite(
                expecting: value.map { .init(uid: $0.uid, resourceVersion: $0.resourceVersion) },
                holder: observation.identity.holder, term: highest + 1,
                duration: observation.settings.timing.duration, record: taken)))
}

/// Writes the member's own state, with the record as it is now.
func persist(
    _ state: MemberState, _ observation: Observation, _ decision: inout Decision
) {
    var state = state
    state.record = observation.lease.record ?? state.record
    decision.perform(.persist(state))
}

extension Observation {
    /// From when on a challenger may take the Lease; nil when that can't be told yet.
    var leaseFreeFrom: Instant? {
        lease.freeFrom(ownDuration: settings.timing.duration)
    }

    /// The greatest term that this member knows to be promised by anyone.
    var knownPromise: Term {
        max(
            highestPromise, state?.promisedTerm ?? 0,
            peers.values.compactMap { $0.report.state?.promisedTerm }.max() ?? 0)
    }

    /// The reports that were asked for recently enough, of members other than this one.
    func freshReports(at now: Instant, since earliest: Instant? = nil) -> [MemberReport] {
        peers.values
            .filter { peer in
                peer.isFresh(at: now) && (earliest.map { peer.askedAt >= $0 } ?? true)
            }
            .map(\.report)
            .sorted { $0.ordinal < $1.ordinal }
    }

    /// The fresh report of one member.
    func freshReport(of member: String, at now: Instant) -> MemberReport? {
        guard let peer = peers[member], peer.isFresh(at: now) else { return nil }
        return peer.report
    }

    /// Whether this agent has begun so recently that it may not have read yet what its predecessor
    /// knew: the volume, the database, the Lease, or for the Lease's holder its own first renewal.
    func mayStillLearn(at now: Instant) -> Bool {
        guard now < startedAt + RuleLimits.agentRestartAllowance else { return false }
        return directory == .unknown || database == .unknown || lease.content == .unknown
            || (lease.isHeld(by: identity) && lease.validUntil == nil && lease.takenAt == nil)
    }

    /// Other Pods that carry the role label of a master.
    var otherMasters: [PodView] {
        (pods ?? [:]).values
            .filter { $0.name != identity.member && $0.role == Role.master.rawValue }
            .sorted { $0.name < $1.name }
    }
}

extension PeerView {
    /// Whether the peer answered, and lately enough for its word to count.
    func isFresh(at now: Instant) -> Bool {
        isAnswering && now - askedAt < RuleLimits.reportAge
    }
}

extension MemberReport {
    /// The member with the incarnation of its data.
    var voter: Voter? {
        state.map { Voter(member: member, incarnation: $0.incarnation) }
    }

    /// Its database in recovery, where it is that.
    var standby: StandbyObservation? {
        switch database {
        case .standby(let standby): standby
        case .unknown, .down, .starting, .unresponsive, .unusable, .primary: nil
        }
    }

    /// Its database out of recovery, where it is that.
    var primary: PrimaryObservation? {
        switch database {
        case .primary(let primary): primary
        case .unknown, .down, .starting, .unresponsive, .unusable, .standby: nil
        }
    }
}
