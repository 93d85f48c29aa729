extension Observation {
    /// Takes in what an event tells. Decides nothing.
    mutating func fold(_ event: Event, at now: Instant) {
        switch event {
        case .tick:
            break
        case .databaseObserved(let seen, _):
            foldDatabase(seen, at: now)
        case .directoryInspected(let directory, let stopped):
            self.directory = directory.keepingTerms(of: self.directory)
            self.stopped = stopped
        case .leaseObserved(let value):
            lease.isReachable = true
            foldLease(value, at: now)
        case .leaseUnreachable:
            lease.isReachable = false
        case .podsObserved(let list):
            pods = Dictionary(list.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        case .peerReported(let report, let askedAt):
            guard report.cluster == identity.cluster, report.member != identity.member,
                settings.members.contains(report.member),
                peers[report.member].map({ $0.askedAt <= askedAt }) ?? true
            else { return }
            peers[report.member] = PeerView(report: report, askedAt: askedAt, isAnswering: true)
        case .peerSilent(let member):
            peers[member]?.isAnswering = false
        case .leaseWritten(let value, let sentAt):
            foldWritten(value, sentAt: sentAt, at: now)
        case .leaseWriteFailed(let failure):
            lease.pendingWrite = nil
            switch failure {
            // A conflict may be with an own write whose answer was lost.
            case .unknownOutcome, .conflict: lease.hasUnknownWrite = true
            case .notApplied: break
            }
        case .effectEnded(let effect, let failure):
            if effect == .close { isCloseFailing = failure != nil }
            if failure == nil { foldDone(effect) }
        case .shutdownRequested:
            shutdown = .requested
        }
    }

    /// Remembers that an effect was begun.
    mutating func note(begun effect: Effect, _ decision: Decision, at now: Instant) {
        switch effect {
        case .writeLease(let write):
            lease.sentAt = now
            lease.pendingWrite = write
            if write.holder.isEmpty {
                // It may be applied at any time from now on.
                lease.validUntil = nil
                if decision.reasons.contains(.noProof) {
                    campaignNotBefore = now + RuleLimits.proofWait
                }
            }
        case .promote:
            synchronousSetting = .inDoubt
            isKnownReadOnly = false
        case .setSynchronous:
            synchronousSetting = .inDoubt
        case .mark, .persist, .open, .openForReads, .close, .follow, .prepareFollowers,
            .stopDatabase, .restartPod:
            break
        }
    }

    private mutating func foldDatabase(_ seen: DatabaseObservation, at now: Instant) {
        if synchronousSetting == .written { synchronousSetting = .seen }
        if !seen.isSameKind(as: database) {
            databaseSince = now
            isCloseFailing = false
            streamedAt = [:]
            barrier = nil
        }
        switch seen {
        case .primary(let primary):
            foldBarrier(primary)
            wasPrimary = true
            isKnownReadOnly = false
        case .standby:
            wasPrimary = false
            isKnownReadOnly = true
        case .down:
            isKnownReadOnly = true
        case .unknown, .starting, .unresponsive, .unusable:
            break
        }
        // What the control files told of an earlier stop says nothing of the next one: taken for
        // the end of all data, it would let a member be promoted that lacks the rest (S7b).
        if seen != .down { stopped = nil }
        database = seen
        databaseSeenAt = now
        if seen.isRunning { databaseRanAt = now }
        switch seen {
        case .primary(let primary):
            for voter in ableVoters(self, primary, at: now) { streamedAt[voter] = now }
        case .unknown, .down, .starting, .unresponsive, .unusable, .standby:
            break
        }
    }

    /// The barrier's position is read once the set was seen to be in force by an earlier look: a
    /// single look could have read the position first.
    private mutating func foldBarrier(_ primary: PrimaryObservation) {
        guard primary.isSynchronousInForce, !primary.synchronous.voters.isEmpty else {
            barrier = nil
            return
        }
        if barrier?.set == primary.synchronous { return }
        barrier = nil
        switch database {
        case .primary(let before):
            guard before.isSynchronousInForce, before.synchronous == primary.synchronous else {
                return
            }
            barrier = Barrier(set: primary.synchronous, offset: primary.lineage.tip.offset)
        case .unknown, .down, .starting, .unresponsive, .unusable, .standby:
            break
        }
    }

    private mutating func foldLease(_ value: LeaseValue?, at now: Instant) {
        guard let value else {
            if lease.content != .absent { lease.changedAt = now }
            lease.content = .absent
            lease.validUntil = nil
            lease.takenAt = nil
            return
        }
        if let known = lease.value, known.uid == value.uid, isOlder(value, than: known) { return }
        if lease.value?.isSameHold(as: value) != true {
            lease.changedAt = now
        }
        if value.holder != identity.holder || value.term != lease.term {
            lease.validUntil = nil
            lease.takenAt = nil
        }
        lease.content = .present(value)
    }

    private mutating func foldWritten(_ value: LeaseValue, sentAt: Instant, at now: Instant) {
        lease.isReachable = true
        lease.hasUnknownWrite = false
        lease.pendingWrite = nil
        // The watch may have shown a later version before this answer came.
        if let known = lease.value, known.uid == value.uid, isOlder(value, than: known) {
            let isStillHeld = known.holder == value.holder && known.term == value.term
            if isStillHeld, value.holder == identity.holder {
                lease.validUntil = sentAt + settings.timing.deadline
                lease.takenAt = lease.takenAt ?? now
            }
            return
        }
        let isNewTerm = lease.takenAt == nil || lease.term != value.term
        lease.content = .present(value)
        lease.changedAt = now
        if value.holder == identity.holder {
            lease.validUntil = sentAt + settings.timing.deadline
            if isNewTerm { lease.takenAt = now }
        } else {
            lease.validUntil = nil
            lease.takenAt = nil
        }
    }

    private mutating func foldDone(_ effect: Effect) {
        switch effect {
        case .persist(let state):
            directory = state.step == .complete ? .complete(state) : .unfinished(state)
        case .mark(let name, let uid, let marks):
            guard var pod = pods?[name], pod.uid == uid else { return }
            pod.role = marks.role?.rawValue
            pod.status = marks.status.rawValue
            pod.term = "\(marks.term)"
            pods?[name] = pod
        case .promote, .setSynchronous:
            synchronousSetting = .written
        case .writeLease, .open, .openForReads, .close, .follow, .prepareFollowers,
            .stopDatabase, .restartPod:
            break
        }
    }
}

extension DataDirectory {
    /// The same, but with no lower terms than were known of the same data: a look that began
    /// before a promise was written may be told of after it, and a promise never lapses (S12).
    fileprivate func keepingTerms(of known: DataDirectory) -> DataDirectory {
        switch (self, known) {
        case (.complete(var state), .complete(let before))
        where state.incarnation == before.incarnation:
            state.promisedTerm = max(state.promisedTerm, before.promisedTerm)
            state.followedTerm = max(state.followedTerm, before.followedTerm)
            return .complete(state)
        case (.complete, _), (.unknown, _), (.empty, _), (.unfinished, _), (.unmarked, _),
            (.unreadable, _):
            return self
        }
    }
}

/// Whether a watch or read shows an older version than the one known. Kubernetes' resource versions
/// are decimal numbers that can be compared (official since 1.35, true of every release before);
/// anything else counts as newer.
private func isOlder(_ value: LeaseValue, than known: LeaseValue) -> Bool {
    if let left = UInt64(value.resourceVersion), let right = UInt64(known.resourceVersion) {
        return left < right
    }
    return value.term < known.term
}

extension DatabaseObservation {
    func isSameKind(as other: DatabaseObservation) -> Bool {
        switch (self, other) {
        case (.unknown, .unknown), (.down, .down), (.starting, .starting),
            (.unresponsive, .unresponsive), (.unusable, .unusable), (.standby, .standby),
            (.primary, .primary):
            true
        case (.unknown, _), (.down, _), (.starting, _), (.unresponsive, _), (.unusable, _),
            (.standby, _), (.primary, _):
            false
        }
    }
}
