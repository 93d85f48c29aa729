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
            marking = []
        case .peerReported(let report, let askedAt):
            guard report.cluster == identity.cluster, report.member != identity.member,
                settings.members.contains(report.member),
                peers[report.member].map({ $0.askedAt <= askedAt }) ?? true
            else { return }
            peers[report.member] = PeerView(report: report, askedAt: askedAt, isAnswering: true)
        case .peerSilent(let member):
            peers[member]?.isAnswering = false
        case .promiseRequested(let request):
            foldRequest(request, at: now)
        case .peerAnswered(let report, let request, let askedAt):
            fold(.peerReported(report, askedAt: askedAt), at: now)
            foldAnswer(report, to: request, askedAt: askedAt)
        case .leaseWritten(let value, let sentAt):
            foldWritten(value, sentAt: sentAt, at: now)
        case .leaseWriteFailed(let failure):
            lease.pendingWrite = nil
            switch failure {
            case .unknownOutcome: lease.hasUnknownWrite = true
            // It may be with an own write whose answer was lost.
            case .conflict: lease.hasUnknownWrite = true
            case .notApplied: break
            }
            // A conflict after an outage may be with an own write from before it: what there is now
            // will be read, and until then nothing is known to have changed.
            if failure != .conflict { lease.isWriteFailing = true }
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
        case .mark(let pod, _, _):
            marking.insert(pod)
        case .readLease, .persist, .open, .openForReads, .close, .follow, .prepareFollowers,
            .stopDatabase, .restartPod, .requestPromise:
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
        let isInForce = primary.isSynchronousInForce || !upholds(.settingInForce)
        guard isInForce, !primary.synchronous.voters.isEmpty else {
            barrier = nil
            return
        }
        if barrier?.set == primary.synchronous { return }
        barrier = nil
        switch database {
        case .primary(let before):
            let wasInForce = before.isSynchronousInForce || !upholds(.settingInForce)
            guard wasInForce, before.synchronous == primary.synchronous else {
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
            loseHold(isRobbed: true)
            return
        }
        if let known = lease.value, known.uid == value.uid, isOlder(value, than: known) { return }
        if lease.value?.isSameHold(as: value) != true {
            lease.changedAt = now
        }
        if value.holder != identity.holder || value.term != lease.term {
            loseHold(isRobbed: value.hasLostRecord || value.term < lease.term)
        }
        lease.content = .present(value)
        noteRequests(value, at: now)
    }

    private mutating func foldWritten(_ value: LeaseValue, sentAt: Instant, at now: Instant) {
        lease.isReachable = true
        lease.isWriteFailing = false
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
        noteRequests(value, at: now)
        if value.holder == identity.holder {
            lease.validUntil = sentAt + settings.timing.deadline
            if isNewTerm { lease.takenAt = now }
            let isMaster = value.masterRecord?.term == value.term
            lease.ownHold = isMaster && value.masterRecord?.voter == voter ? value : nil
        } else {
            loseHold(isRobbed: false)
        }
    }

    /// Another content stands on the Lease. A master whose record was lost, and not taken over by
    /// anybody, keeps its trust for as long as it had it: it writes its record anew (rule S16).
    private mutating func loseHold(isRobbed: Bool) {
        lease.takenAt = nil
        if isRobbed, lease.ownHold != nil { return }
        lease.validUntil = nil
        lease.ownHold = nil
    }

    private mutating func noteRequests(_ value: LeaseValue, at now: Instant) {
        if value.requests.switchover == nil {
            switchoverSince = nil
        } else if switchoverSince == nil {
            switchoverSince = now
        }
    }

    /// What is asked of this member. A promise for a term that the Lease will show, or has shown,
    /// is asked for by whoever holds it; the route lets in nobody but members.
    private mutating func foldRequest(_ request: PromiseRequest, at now: Instant) {
        guard request.holder != identity.holder else { return }
        switch request.purpose {
        case .succession:
            if request.term > (askedSuccession?.term ?? 0) { askedSuccession = request }
        case .failsafe:
            guard mayGiveFailsafe(self, request) else { return }
            failsafeGiven = FailsafeGiven(
                holder: request.holder, term: request.term,
                until: now + settings.timing.duration)
        }
    }

    private mutating func foldAnswer(
        _ report: MemberReport, to request: PromiseRequest, askedAt: Instant
    ) {
        guard request.holder == identity.holder, settings.members.contains(report.member) else {
            return
        }
        highestPromise = max(highestPromise, report.state?.promisedTerm ?? 0)
        switch request.purpose {
        case .succession:
            guard let peer = report.voter,
                let promise = promise(in: report, to: request, upholding: settings.suspended)
            else { return }
            promisesHeld[peer] = promise
        case .failsafe:
            failsafeHeld[report.member] =
                report.failsafe == request
                ? FailsafeHeld(voter: report.voter, term: request.term, askedAt: askedAt) : nil
        }
    }

    private mutating func foldDone(_ effect: Effect) {
        switch effect {
        case .persist(let state):
            directory = state.step == .complete ? .complete(state) : .unfinished(state)
        case .mark(let name, let uid, let marks):
            // Another's marks may have followed the own ones and be seen already.
            guard marking.remove(name) != nil, var pod = pods?[name], pod.uid == uid else {
                return
            }
            pod.role = marks.role?.rawValue
            pod.status = marks.status.rawValue
            pod.term = "\(marks.term)"
            pods?[name] = pod
        case .promote, .setSynchronous:
            synchronousSetting = .written
        case .writeLease, .readLease, .open, .openForReads, .close, .follow, .prepareFollowers,
            .stopDatabase, .restartPod, .requestPromise:
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
            state.begunTerm = [state.begunTerm, before.begunTerm].compactMap(\.self).max()
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
