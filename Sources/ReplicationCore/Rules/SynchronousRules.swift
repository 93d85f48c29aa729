/// The next single step towards the wanted synchronous set (rule S4). The record may be more
/// pessimistic than the database, never less.
enum SynchronousStep: Hashable {
    /// Record and database are as wanted.
    case settled
    /// Write this into the record.
    case record(SynchronousSet)
    /// Write this into the settings.
    case database(SynchronousSet)
    /// The database was found weaker than the record: close it, then restore this (rule S6).
    case restore(SynchronousSet)
    /// The settings are written, but not seen to be in force.
    case awaitForce
    /// In force, but W voters do not hold the position read since.
    case awaitBarrier
    /// Mode `strict` without any voter: nothing may be opened.
    case block
}

/// Whether every member that could acknowledge is in the record, and the record's W is not above
/// the database's.
func isCovered(_ database: SynchronousSet, by record: SynchronousSet) -> Bool {
    if record.voters.isEmpty { return true }
    return !database.voters.isEmpty && database.required >= record.required
        && database.voters.allSatisfy(record.voters.contains)
}

func synchronousStep(
    _ observation: Observation, _ primary: PrimaryObservation, _ record: ClusterRecord,
    at now: Instant
) -> SynchronousStep {
    let wanted = wantedSet(observation, primary, record, at: now)
    guard let wanted else {
        return isCovered(primary.synchronous, by: record.synchronous)
            ? .block : .restore(settingsOfRecord(observation, record))
    }
    if !observation.upholds(.recordBeforeWeakerDatabase), primary.synchronous != wanted {
        return .database(wanted)
    }
    let step = nextStep(
        record: record.synchronous, database: primary.synchronous, wanted: wanted,
        isInForce: primary.isSynchronousInForce || !observation.upholds(.settingInForce),
        isBarrierHeld: holdsBarrier(observation, primary)
            || !observation.upholds(.barrierBeforeRemoval))
    switch step {
    case .restore:
        if !observation.upholds(.restoringWeakerDatabase) { return .settled }
        if !observation.upholds(.recordBeforeWeakerDatabase) { return .record(wanted) }
        return .restore(settingsOfRecord(observation, record))
    case .record(let set) where observation.synchronousSetting != .seen:
        // Before the record gives a member up, no settings may lie about that still name it.
        let isPessimistic = set.voters.isEmpty || isCovered(record.synchronous, by: set)
        return isPessimistic ? step : .database(primary.synchronous)
    case .settled, .record, .database, .awaitForce, .awaitBarrier, .block:
        return step
    }
}

/// What the record means for the settings of this member, which may be among the voters until the
/// others hold its start.
private func settingsOfRecord(_ observation: Observation, _ record: ClusterRecord) -> SynchronousSet
{
    guard let voter = observation.voter else { return record.synchronous }
    return settings(of: record.synchronous, without: voter)
}

/// The pure order of steps: what comes next between a record, a database and what is wanted.
func nextStep(
    record: SynchronousSet, database: SynchronousSet, wanted: SynchronousSet, isInForce: Bool,
    isBarrierHeld: Bool
) -> SynchronousStep {
    guard isCovered(database, by: record) else { return .restore(record) }
    if wanted.voters.isEmpty {
        if record != .empty { return .record(.empty) }
        return database == .empty ? .settled : .database(.empty)
    }
    if !record.voters.isEmpty {
        if record.required > wanted.required {
            return .record(SynchronousSet(voters: record.voters, required: wanted.required))
        }
        if let added = wanted.voters.first(where: { !record.voters.contains($0) }) {
            return .record(
                SynchronousSet(voters: record.voters + [added], required: record.required))
        }
    }
    if database != wanted { return .database(wanted) }
    if !isInForce { return .awaitForce }
    if record == wanted { return .settled }
    return isBarrierHeld ? .record(wanted) : .awaitBarrier
}

/// Whether W of the database's voters hold the position that was read once the set was in force.
func holdsBarrier(_ observation: Observation, _ primary: PrimaryObservation) -> Bool {
    guard let barrier = observation.barrier, barrier.set == primary.synchronous else {
        return false
    }
    let holders = primary.replicas.filter { replica in
        replica.counts && barrier.set.voters.contains(replica.voter)
            && replica.flushedOffset >= barrier.offset
    }
    return Set(holders.map(\.voter)).count >= barrier.set.required
}

/// Who should acknowledge: every replica that streams in this term, and for a while those that just
/// stopped. Nil in mode `strict` when there is nobody.
private func wantedSet(
    _ observation: Observation, _ primary: PrimaryObservation, _ record: ClusterRecord,
    at now: Instant
) -> SynchronousSet? {
    let mode = observation.settings.mode
    guard mode.isSynchronous else { return .empty }
    let own = observation.identity.member
    let able = Set(ableVoters(observation, primary, at: now))
    let names = Set(able.map(\.member))
    let kept = record.synchronous.voters.filter { voter in
        guard voter.member != own, !able.contains(voter), !names.contains(voter.member) else {
            return false
        }
        if mode == .strict { return observation.settings.members.contains(voter.member) }
        let seenAt = max(
            observation.streamedAt[voter] ?? observation.databaseSince, observation.databaseSince)
        return now - seenAt < RuleLimits.voterLoss
            && observation.pods?[voter.member]?.isTerminating != true
    }
    var voters = able.union(kept)
    let isAloneByDesign = observation.settings.members.count == 1
    // What `strict` waits for does not shrink with the voters that are there. Whoever is missing
    // when a master is about to open would have to follow its term first, so it leaves, unless too
    // few remain: then nothing opens.
    let strictRequired = SynchronousSet.wantedRequired(
        voters: observation.settings.members.count - 1)
    if mode == .strict, primary.access != .open, able.count >= strictRequired { voters = able }
    if mode == .strict, !isAloneByDesign, voters.count < strictRequired { return nil }
    // Before it opens, its recorded voters are enough; to add others would only take longer. They
    // are given a moment to come.
    let recorded = voters.filter(record.synchronous.voters.contains)
    let isPatient = now - observation.databaseSince < RuleLimits.newcomerPatience
    let isEnough = !recorded.isEmpty && (mode != .strict || recorded.count >= strictRequired)
    if primary.access != .open, isEnough, isPatient || recorded.isSubset(of: able) {
        voters = recorded
    }
    if voters.isEmpty { return .empty }
    return SynchronousSet(
        voters: Array(voters),
        required: mode == .strict
            ? strictRequired : SynchronousSet.wantedRequired(voters: voters.count))
}

/// Replicas that stream and have persisted that they follow this term: only then may they
/// acknowledge in it (rule S8).
func ableVoters(
    _ observation: Observation, _ primary: PrimaryObservation, at now: Instant
) -> [Voter] {
    primary.replicas.filter { replica in
        guard replica.isStreaming,
            observation.pods?[replica.voter.member]?.isTerminating != true,
            let report = observation.freshReport(of: replica.voter.member, at: now)
        else { return false }
        let isInTerm =
            report.state?.followedTerm == observation.lease.term
            || !observation.upholds(.acknowledgingInTerm)
        return report.voter == replica.voter && isComplete(report) && isInTerm
            && !report.isTerminating
    }
    .map(\.voter)
}
