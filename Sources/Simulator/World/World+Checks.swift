import ReplicationCore

/// What is counted of a cluster at rest.
struct QuietCounts {
    var leaseWrites = 0
    var marks = 0
    var effects = 0
}

extension World {
    var isSynchronous: Bool { plan.mode.isSynchronous }

    // MARK: At once

    /// I1, I4: whoever says yes to a client may do so.
    func checkAcknowledged(_ item: Server.Waiting, on member: Int) {
        let own = members[member]
        let term = own.promotedTerm
        let place = history.places[item.write]
        if isSynchronous {
            for opening in openings where opening.term > term && opening.member != member {
                let end = members[opening.member].volume.end
                let last = history.segments[opening.segment].end
                let tip = End(segment: opening.segment, offset: last)
                if !history.isAncestor(place, of: tip), !history.isAncestor(place, of: end) {
                    violate(
                        "I1",
                        "\(own.name) acknowledges #\(item.write) in term \(term), and "
                            + "\(names[opening.member]) was opened for \(opening.term) without it")
                }
            }
            if highestAcknowledged > term {
                violate(
                    "I1",
                    "\(own.name) acknowledges in term \(term) after "
                        + "term \(highestAcknowledged) has")
            }
        } else {
            for other in members where other.index != member {
                let isOpen =
                    other.server.state == .running && other.server.isPrimary
                    && !other.server.isClosed && other.promotedTerm > term
                if isOpen, !other.server.isFrozen(at: now) {
                    violate("I1", "\(own.name) acknowledges while \(other.name) is open")
                }
            }
        }
        highestAcknowledged = max(highestAcknowledged, term)
        let timing = settings.timing
        let budget = Span.of(timing.deadline + timing.timeToFence + Timing.schedulingMargin)
        if now > own.isTimeVoidUntil, now > own.renewedAt + budget + budget / 50,
            now > trustBegan(member) + budget + budget / 50
        {
            violate(
                "I4",
                "\(own.name) acknowledges \((now - own.renewedAt) / 1_000) ms after its "
                    + "last renewal")
        }
    }

    /// I3: right when the permit was found to hold.
    func checkPromotion(_ member: Int, _ permit: PromotionPermit) {
        guard let agent = members[member].agent else { return }
        let isHolder = lease?.holder == identity(member).holder && lease?.term == permit.term
        let isTrusting = agent.supervisor.observation.lease.isValid(
            for: identity(member), at: instant(member))
        if !isHolder && !isTrusting {
            violate("I3", "\(names[member]) promotes for term \(permit.term) without the Lease")
        }
        if permit.term < highestPromotion {
            violate(
                "I3",
                "\(names[member]) promotes for term \(permit.term) after "
                    + "\(highestPromotion)")
        }
    }

    /// I2, I9: a promoted member lacks nothing that was acknowledged.
    func checkPromoted(_ member: Int, _ permit: PromotionPermit) {
        if permit.term == highestPromotion, !history.segments.isEmpty,
            history.segments.contains(where: { $0.term == permit.term && $0.owner != member })
        {
            violate("I3", "two members are promoted for term \(permit.term)")
        }
        highestPromotion = max(highestPromotion, permit.term)
        // A person has decided that the rest is given up; it is not erased for that (S17).
        if record?.master?.proof == .forced, record?.master?.term == permit.term {
            history.waive(lackedBy: members[member].volume.end)
        }
        checkHolds(member, "is promoted for term \(permit.term)")
    }

    /// I2: an opened member lacks nothing that was acknowledged.
    func checkOpening(_ member: Int, _ permit: OpeningPermit) {
        let own = members[member]
        guard own.server.isPrimary else { return }
        say(member, "is open in term \(permit.term)")
        mix(permit.term &* 13 &+ member)
        openings.append(
            Opening(term: own.promotedTerm, member: member, segment: own.volume.end.segment))
        own.openedTerm = permit.term
        checkHolds(member, "is opened in term \(permit.term)")
        // From now on everything in it is shown to readers, and must not vanish (S10, F15).
        if isSynchronous { history.show(own.volume.end) }
    }

    private func checkHolds(_ member: Int, _ what: String) {
        guard let segment = history.firstLacking(members[member].volume.end) else { return }
        guard isSynchronous else {
            statistics.lostAsynchronously += 1
            return
        }
        let term = history.segments[segment].term
        violate("I2", "\(names[member]) \(what) and lacks what term \(term) acknowledged")
    }

    /// I7: what is erased is held by somebody else.
    func checkErasure(of member: Int, replacedBy end: End?, lost: End? = nil) {
        guard isSynchronous, let old = lost ?? members[member].volume.held else { return }
        for segment in history.acknowledgedSegments {
            let place = End(
                segment: segment, offset: history.segments[segment].acknowledgedEnd)
            let before = history.common(old, place)
            var after = end.map { history.common($0, place) } ?? 0
            for other in members where other.index != member {
                if let held = other.volume.held { after = max(after, history.common(held, place)) }
            }
            if after < before {
                violate(
                    "I7",
                    "\(names[member]) loses the last copy of what term "
                        + "\(history.segments[segment].term) acknowledged")
            }
        }
    }

    /// I8: a cluster begins once.
    func checkInitialisation(_ member: Int) {
        if wasInitialised {
            violate("I8", "\(names[member]) initialises a cluster that is there")
        }
        if members[member].volume.held != nil,
            members[member].volume.state?.step == .complete
        {
            violate("I7", "\(names[member]) initialises over data")
        }
    }

    /// I11: every start is read-only. (A promotion whose server died before it was armed again is
    /// closed.)
    func checkStart(_ member: Int) {
        let own = members[member]
        if own.server.isPrimary, !own.server.isClosed {
            violate("I11", "\(own.name) starts writable")
        }
    }

    func noteLeaseWrite(_ request: LeaseRequest) {
        if !request.write.holder.isEmpty {
            members[request.member].renewedAt = max(
                members[request.member].renewedAt, request.sentTime)
        }
        if request.write.record.initialisation == .done { wasInitialised = true }
        if convergedAt != nil { quiet.leaseWrites += 1 }
    }

    func noteMark(_ pod: Int, _ marks: PodMarks) {
        if convergedAt != nil { quiet.marks += 1 }
    }

    // MARK: Now and then

    /// What is looked at every half second.
    func check() {
        after(500 * Span.millisecond, .check)
        checkLabels()
        if let convergedAt {
            checkQuiet(since: convergedAt)
        } else if isHealed || options.isQuiet {
            if isConverged {
                converge()
            } else if needsPerson {
                if now > healAt + 20 * Span.second { convergedAt = now }
            } else if now > healAt + Plan.bound - Span.second {
                violate("I16", "no convergence: \(summary)")
            }
        }
    }

    /// I6: two labels of a master do not last while the API can be reached.
    private func checkLabels() {
        let labelled = pods.indices.filter { pods[$0].exists && pods[$0].role == .master }
        let isHindered =
            isAPIDown || now < apiLossUntil || now < apiSlowUntil || now < effectTroubleUntil
            || holder.map { holder in
                let own = members[holder]
                // News that were held back come when they come, also once the fault is over.
                return own.agent.map { $0.isPaused(at: now) || now < $0.newsUntil } ?? true
                    || !network.passesBothWays(holder, network.api, at: now) || own.isLost
            } ?? true
        guard labelled.count > 1, !isHindered else {
            twoMastersSince = nil
            return
        }
        let since = twoMastersSince ?? now
        twoMastersSince = since
        if now - since > 5 * Span.second {
            violate("I6", "\(labelled.map { names[$0] }) are labelled master")
        }
    }

    private func converge() {
        say(-1, "CONVERGED")
        convergedAt = now
        quiet = QuietCounts()
        guard isSynchronous, let master = openMaster else { return }
        checkHolds(master, "is the last master")
    }

    var openMaster: Int? {
        members.first { own in
            own.server.state == .running && own.server.isPrimary && !own.server.isClosed
                && !own.isLost
        }?.index
    }

    /// I17: at rest there are renewals and nothing else.
    private func checkQuiet(since begun: Time) {
        guard options.isQuiet else { return }
        let renewal = Span.of(settings.timing.renewal)
        let allowed = (now - begun) / renewal + 2
        if quiet.leaseWrites > allowed {
            violate("I17", "\(quiet.leaseWrites) Lease writes in \((now - begun) / 1_000) ms")
        }
        if quiet.marks > 0 { violate("I17", "a label was written at rest") }
        if quiet.effects > 0 { violate("I17", "an effect was begun at rest") }
    }

    /// I16: one open master under the Lease that takes a write, and everybody else a replica of it.
    var isConverged: Bool {
        let expected = isHealed ? core : Array(members.indices)
        guard let probeWrite = isHealed ? probeWrite : 0 else { return false }
        return isWhole(expected, since: probeWrite)
    }

    /// Whether those are a whole cluster that has acknowledged that write or a later one.
    func isWhole(_ expected: [Int], since probeWrite: Int) -> Bool {
        guard let master = openMaster, expected.contains(master),
            lease?.holder == identity(master).holder, pods[master].role == .master,
            history.places.count > probeWrite,
            history.segments[members[master].volume.end.segment].acknowledgedEnd > 0,
            history.segments[members[master].volume.end.segment].acknowledgedEnd
                >= history.places[probeWrite].offset
        else { return false }
        for member in expected where member != master {
            let own = members[member]
            guard let receiver = own.server.receiver, receiver.upstream == master,
                receiver.isOpenAtUpstream, receiver.hasCaughtUp, pods[member].role == .replica
            else { return false }
        }
        guard isSynchronous, let record else { return true }
        let server = members[master].server
        return record.synchronous.voters.count == expected.count - 1
            && server.synchronous == record.synchronous && server.commitSet == record.synchronous
    }

    var summary: String {
        members.map { own in
            let decision = own.agent?.supervisor.decision
            return "\(own.name) \(own.phase) \(own.server.state)"
                + " \(own.server.isPrimary ? "primary" : "standby")"
                + " \(decision.map { "\($0.status) \($0.reasons.map(\.rawValue))" } ?? "no agent")"
        }.joined(separator: "; ")
    }
}
