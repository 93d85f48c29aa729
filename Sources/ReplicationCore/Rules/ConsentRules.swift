/// Whether this member would have another take over now (rule S11): not while paused, not while a
/// failsafe promise binds it, and not while it hears the master.
func consent(_ observation: Observation, at now: Instant) -> Consent {
    if observation.lease.requests.isPaused { return .withheld(.paused) }
    if observation.isBoundByFailsafe(at: now) { return .withheld(.failsafe) }
    guard let record = observation.lease.record, let changedAt = observation.lease.changedAt else {
        return .withheld(.leaseUnknown)
    }
    if now < changedAt + observation.settings.timing.earlyTakeoverWait {
        return .withheld(.leaseNotExpired)
    }
    return hearsMaster(observation, record, at: now) ? .withheld(.hearsMaster) : .given
}

/// Whether the recorded master is surely alive: its stream brought something a moment ago, or its
/// agent says that it is master.
private func hearsMaster(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant
) -> Bool {
    guard let master = record.master?.voter.member else { return false }
    if master == observation.identity.member {
        if case .primary = observation.database { return true }
        return false
    }
    if case .standby(let standby) = observation.database, standby.isStreaming,
        standby.upstream == master, let silence = standby.streamSilenceMilliseconds
    {
        let age = now - observation.databaseSeenAt + .milliseconds(silence)
        if age < RuleLimits.streamSilence { return true }
    }
    return observation.freshReport(of: master, at: now)?.role == .master
}

/// From when on the Lease may be taken before its holder's time is over: R voters, this one among
/// them, hear nothing of the master. What they acknowledged is safe by their promises, not by time.
func earlyTakeoverFrom(
    _ observation: Observation, _ record: ClusterRecord, at now: Instant
) -> Instant? {
    guard observation.settings.takesOverEarly, record.mode.isSynchronous,
        let changedAt = observation.lease.changedAt, let voter = observation.voter,
        record.synchronous.voters.contains(voter), record.master?.voter != voter,
        observation.lease.value?.holder.isEmpty == false
    else { return nil }
    let from = changedAt + observation.settings.timing.earlyTakeoverWait
    guard observation.upholds(.consentToEarlyTakeover) else { return from }
    guard consent(observation, at: now) == .given else { return nil }
    let consenting = observation.freshReports(at: now, since: from).filter { report in
        guard report.consent == .given, let peer = report.voter else { return false }
        return record.synchronous.voters.contains(peer)
    }
    return consenting.count + 1 >= record.synchronous.promisesRequired ? from : nil
}
