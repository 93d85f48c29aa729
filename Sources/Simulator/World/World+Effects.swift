import ReplicationCore

extension World {
    /// The effect is asked for once more, right before it acts.
    func beginEffect(_ member: Int, _ effect: Effect) {
        guard let agent = members[member].agent else { return }
        if diesBefore(effect, member) { return }
        let phase = spring(member)
        if phase == .before { return die(member) }
        let isPermitted =
            isSabotaged(.permitNotAsked)
            || agent.supervisor.permits(effect, at: instant(member))
        guard isPermitted else {
            return send(
                member, .effectEnds(effect, failure: "the permit has run out"), after: 200)
        }
        if case .promote(let permit) = effect { checkPromotion(member, permit) }
        if phase == .midway { send(member, .dies(isMember: isTrapForMember(member)), after: 3_000) }
        if phase == .after { send(member, .dies(isMember: isTrapForMember(member)), after: 90_000) }
        beginPermitted(member, effect)
    }

    private func beginPermitted(_ member: Int, _ effect: Effect) {
        switch effect {
        case .writeLease: break
        case .readLease:
            sendRead(member)
            send(member, .effectEnds(effect, failure: nil), after: 5_000)
        case .mark: sendMark(member, effect)
        case .requestPromise(let peer, let request): askPromise(member, peer, request)
        case .persist:
            send(member, .effectActs(effect), after: random.skewed(500...10_000))
        case .restartPod: restartPod(member)
        case .stopDatabase(let isUrgent):
            isUrgent ? crashDatabase(member) : stopInOrder(member, within: 20 * Span.second)
            send(member, .effectCompletes(effect), after: isUrgent ? 20_000 : 100_000)
        case .promote, .open, .openForReads, .close, .follow, .setSynchronous, .prepareFollowers:
            if isServing(member) {
                send(member, .effectActs(effect), after: random.skewed(1_000...20_000))
            } else {
                let isFrozen = members[member].server.isFrozen(at: now)
                send(
                    member, .effectEnds(effect, failure: "no answer"),
                    after: isFrozen ? 2 * Span.second : 5_000)
            }
        }
    }

    /// Whether the server takes statements.
    func isServing(_ member: Int) -> Bool {
        members[member].server.state == .running && !members[member].server.isFrozen(at: now)
    }

    /// The first half of the work: what is written.
    func actEffect(_ member: Int, _ effect: Effect) {
        let isTroubled = now < effectTroubleUntil && random.chance(effectTrouble)
        if isTroubled, random.chance(500) {
            return send(member, .effectEnds(effect, failure: "trouble"), after: 2_000)
        }
        switch effect {
        case .persist(let state):
            guard now >= members[member].hindered.ownFileUntil else {
                return send(member, .effectEnds(effect, failure: "trouble"), after: 2_000)
            }
            if isSabotaged(.persistNotDurable) {
                members[member].volume.durableFile = members[member].volume.file
            }
            if state.step == .rewinding { checkMarkedForRejoin(member, state) }
            members[member].volume.file = .state(state)
            say(member, "has persisted \(state.step) p\(state.promisedTerm) f\(state.followedTerm)")
            if dies(.midway, effect, member) { return }
            return send(
                member, .effectEnds(effect, failure: isTroubled ? "trouble" : nil),
                after: brief() / 4)
        case .writeLease, .readLease, .mark, .restartPod, .stopDatabase, .requestPromise: return
        case .promote, .open, .openForReads, .close, .follow, .setSynchronous, .prepareFollowers:
            break
        }
        guard isServing(member) else {
            return send(member, .effectEnds(effect, failure: "no answer"), after: 5_000)
        }
        write(effect, on: member)
        if dies(.midway, effect, member) { return }
        if isTroubled {
            return send(member, .effectEnds(effect, failure: "trouble"), after: 2_000)
        }
        send(member, .effectCompletes(effect), after: random.skewed(1_000...15_000))
    }

    /// What lies in the settings afterwards, also where the rest does not happen.
    private func write(_ effect: Effect, on member: Int) {
        let own = members[member]
        switch effect {
        case .promote(let permit):
            own.volume.application = permit.voter
            own.volume.upstream = nil
            own.volume.synchronous = permit.synchronous
            own.volume.isClosed = true
        case .open, .openForReads: own.volume.isClosed = false
        case .close: own.volume.isClosed = true
        case .follow(let name):
            own.volume.upstream = name.flatMap(index)
            if let state = own.volume.state {
                own.volume.application = Voter(member: own.name, incarnation: state.incarnation)
            }
        case .setSynchronous(let set):
            own.volume.synchronous = set
            own.isWeakenedUntil = 0
            note(.setting, of: member)
        case .prepareFollowers, .writeLease, .readLease, .mark, .persist, .stopDatabase,
            .restartPod, .requestPromise:
            break
        }
    }

    /// The second half: what is loaded and done.
    func completeEffect(_ member: Int, _ effect: Effect) {
        let own = members[member]
        if case .stopDatabase = effect {
            return completeStop(member, effect)
        }
        guard isServing(member) else {
            return send(member, .effectEnds(effect, failure: "no answer"), after: 5_000)
        }
        reload(member)
        var rest = 1_000
        switch effect {
        case .promote(let permit):
            endSessions(on: member)
            if !own.server.isPrimary { promote(member, permit) }
            own.volume.isArmed = true
            rest = random.skewed(5_000...40_000)
        case .close:
            endSessions(on: member)
        case .open(let permit):
            checkOpening(member, permit)
            note(.opened, of: member)
        case .follow(let name):
            guard !own.server.isPrimary else {
                return send(member, .effectEnds(effect, failure: "no standby"), after: 1_000)
            }
            if name == nil { closeReceiver(member) }
            rest = random.skewed(1_000...60_000)
        case .prepareFollowers:
            own.volume.isArmed = true
            own.volume.isRetaining = true
        case .openForReads, .setSynchronous, .writeLease, .readLease, .mark, .persist,
            .restartPod, .stopDatabase, .requestPromise:
            break
        }
        send(member, .effectEnds(effect, failure: nil), after: rest)
    }

    private func completeStop(_ member: Int, _ effect: Effect) {
        if members[member].server.state == .down {
            send(member, .effectEnds(effect, failure: nil), after: 1_000)
        } else {
            send(member, .effectCompletes(effect), after: 100_000)
        }
    }

    func endEffect(_ member: Int, _ effect: Effect, _ failure: String?) {
        if dies(.after, effect, member) { return }
        if let failure {
            say(member, "failed \(effect.word): \(failure)")
        } else {
            say(member, "has done \(effect.word)")
        }
        post(member, .effectEnded(effect, failure: failure))
        switch effect.resource {
        case .database, .followers, .fence, .volume: ringLook(member)
        case .lease, .leaseReading, .pod, .process, .peer: break
        }
    }

    // MARK: Death at an effect

    /// Counts the effect against a trap, and says when the process dies.
    private func spring(_ member: Int) -> Fault.EffectPhase? {
        guard var trap = traps[member] else { return nil }
        trap.count -= 1
        traps[member] = trap
        guard trap.count <= 0 else { return nil }
        if trap.phase == .before { return .before }
        return trap.phase
    }

    private func isTrapForMember(_ member: Int) -> Bool {
        defer { traps[member] = nil }
        return traps[member]?.isForMember ?? false
    }

    private func die(_ member: Int) {
        let isMember = isTrapForMember(member)
        say(member, "FAULT dies before an effect")
        if isMember {
            loseMember(member, for: 2 * Span.second, isNewPod: false)
        } else {
            killAgent(member)
        }
    }
}

extension Effect {
    /// A number for the fingerprint.
    var code: Int {
        switch self {
        case .writeLease: 1
        case .mark: 2
        case .persist: 3
        case .promote: 4
        case .open: 5
        case .openForReads: 6
        case .close: 7
        case .follow: 8
        case .setSynchronous: 9
        case .prepareFollowers: 10
        case .stopDatabase: 11
        case .restartPod: 12
        case .readLease: 14
        case .requestPromise: 13
        }
    }

    /// A word for the trace.
    var word: String {
        switch self {
        case .writeLease(let write): write.holder.isEmpty ? "release" : "writeLease"
        case .mark(let pod, _, let marks):
            "mark \(pod) \(marks.role?.rawValue ?? "-") \(marks.status.rawValue)"
        case .persist(let state):
            "persist \(state.step.rawValue) p\(state.promisedTerm) f\(state.followedTerm)"
        case .promote(let permit): "promote term \(permit.term)"
        case .open: "open"
        case .openForReads: "openForReads"
        case .close: "close"
        case .follow(let name): "follow \(name ?? "nobody")"
        case .setSynchronous(let set): "setSynchronous \(set.word)"
        case .prepareFollowers: "prepareFollowers"
        case .stopDatabase(let isUrgent): isUrgent ? "stop now" : "stop in order"
        case .restartPod: "restartPod"
        case .readLease: "readLease"
        case .requestPromise(let peer, let request):
            "request \(request.purpose.rawValue) of \(peer) for term \(request.term)"
        }
    }
}

extension SynchronousSet {
    /// A short form for the trace.
    var word: String {
        voters.isEmpty
            ? "∅" : "\(required) of " + voters.map(\.description).joined(separator: "+")
    }
}
