@testable import ReplicationCore

extension ModelWorld {
    /// Lets the agent learn what it can in this tick, and ends effects that are due.
    func stepAgent(_ ordinal: Int) {
        guard members[ordinal].isAgentRunning(at: tick) else { return }
        endFlights(ordinal)
        watch(ordinal)
        look(ordinal)
        ask(ordinal)
        post(ordinal, .tick)
    }

    func post(_ ordinal: Int, _ event: Event) {
        guard members[ordinal].isAgentRunning(at: tick) else { return }
        let before = members[ordinal].supervisor.decision
        let effects = members[ordinal].supervisor.handle(event, at: now)
        members[ordinal].health = members[ordinal].supervisor.health(at: now)
        let after = members[ordinal].supervisor.decision
        if before.pace != after.pace, after.pace == .urgent {
            members[ordinal].nextLook = tick
            members[ordinal].nextAsk = [:]
        }
        if before.status != after.status || before.reasons != after.reasons {
            say("pg-\(ordinal) \(after.status) \(after.reasons.map(\.rawValue))")
        }
        for effect in effects { begin(ordinal, effect) }
    }

    private func begin(_ ordinal: Int, _ effect: Effect) {
        if case .writeLease(let write) = effect {
            send(ordinal, write)
            return
        }
        effectsBegun += 1
        say("pg-\(ordinal) begins \(effect)")
        members[ordinal].flights.append(
            ModelMember.Flight(
                effect: effect, endsAt: tick + random.within(1...3),
                fails: random.chance(troublePercent)))
    }

    private func endFlights(_ ordinal: Int) {
        let due = members[ordinal].flights.filter { $0.endsAt <= tick }
        members[ordinal].flights.removeAll { $0.endsAt <= tick }
        for flight in due {
            var failure: String?
            if flight.fails {
                // It may have done half of its work.
                if case .setSynchronous(let set) = flight.effect, random.chance(50) {
                    members[ordinal].database.writtenSet = set
                }
                failure = "trouble"
            } else if !apply(ordinal, flight.effect) {
                failure = "not possible"
            }
            post(ordinal, .effectEnded(flight.effect, failure: failure))
            members[ordinal].nextLook = tick
        }
    }

    /// Performs an effect; false when it cannot be done.
    private func apply(_ ordinal: Int, _ effect: Effect) -> Bool {
        switch effect {
        case .writeLease:
            return true
        case .mark(let pod, let uid, let marks):
            return patch(pod, uid, marks, by: ordinal)
        case .persist(let state):
            members[ordinal].database.directory =
                state.step == .complete ? .complete(state) : .unfinished(state)
            return true
        case .restartPod:
            restartPod(ordinal)
            return true
        case .stopDatabase(let isUrgent):
            isUrgent ? members[ordinal].database.crash() : stopInOrder(ordinal)
            return true
        case .promote, .open, .openForReads, .close, .follow, .setSynchronous, .prepareFollowers:
            let database = members[ordinal].database
            guard database.process == .running, tick >= database.hungUntil else { return false }
            guard members[ordinal].supervisor.permits(effect, at: now) else { return false }
            return applyToServer(ordinal, effect)
        }
    }

    private func applyToServer(_ ordinal: Int, _ effect: Effect) -> Bool {
        var database = members[ordinal].database
        defer {
            members[ordinal].database = database
            if case .open = effect { checkOpening(ordinal) }
        }
        switch effect {
        case .promote(let permit):
            guard !database.isPrimary else { return true }
            // Branches are numbered so that no two promotions begin one of the same number.
            database.promote(permit, branch: UInt32(permit.term) + 1)
        case .open, .openForReads:
            database.access = .open
        case .close:
            database.access = .closed
            database.waiting = []
        case .follow(let name):
            database.upstream = name.flatMap { name in
                members.first { Build.name($0.ordinal) == name }?.ordinal
            }
            database.isStreaming = false
        case .setSynchronous(let set):
            database.writtenSet = set
        case .prepareFollowers(let names):
            database.retained = names
            database.isArmed = true
        case .writeLease, .mark, .persist, .stopDatabase, .restartPod:
            break
        }
        // Whatever writes the settings has them loaded, and with them what lay about.
        if case .promote = effect { return true }
        database.reload(at: tick, delay: random.within(0...4))
        return true
    }

    // MARK: Learning

    private func watch(_ ordinal: Int) {
        guard reachesAPI(ordinal) else {
            if members[ordinal].wasReachable, random.chance(10) {
                members[ordinal].wasReachable = false
                post(ordinal, .leaseUnreachable)
            }
            return
        }
        let isBack = !members[ordinal].wasReachable
        members[ordinal].wasReachable = true
        if isBack || (members[ordinal].seenLease != leaseVersion && random.chance(60)) {
            members[ordinal].seenLease = leaseVersion
            post(ordinal, .leaseObserved(lease))
        }
        if isBack || (members[ordinal].seenPods != podsVersion && random.chance(60)) {
            members[ordinal].seenPods = podsVersion
            post(ordinal, .podsObserved(pods.values.sorted { $0.name < $1.name }))
        }
    }

    private func look(_ ordinal: Int) {
        if let look = members[ordinal].look, look.arrivesAt <= tick {
            members[ordinal].look = nil
            let isRunning = look.seen.isRunning
            if !isRunning || !members[ordinal].wasRunning {
                let stopped = members[ordinal].database.stopped(lowerBound: random.within(0...5))
                post(
                    ordinal,
                    .directoryInspected(
                        members[ordinal].database.directory, look.seen == .down ? stopped : nil))
            }
            members[ordinal].wasRunning = isRunning
            post(ordinal, .databaseObserved(look.seen, askedAt: look.askedAt))
        }
        // A connection that breaks is noticed at once.
        if members[ordinal].wasRunning, members[ordinal].database.process != .running {
            members[ordinal].nextLook = min(members[ordinal].nextLook, tick)
        }
        guard members[ordinal].look == nil, tick >= members[ordinal].nextLook else { return }
        let seen = members[ordinal].database.observation(
            names: settings.members, at: tick)
        members[ordinal].look = (seen, now, tick + random.within(0...2))
        members[ordinal].nextLook = tick + pace(ordinal)
    }

    private func ask(_ ordinal: Int) {
        for peer in 0..<members.count where peer != ordinal {
            guard tick >= members[ordinal].nextAsk[peer] ?? 0 else { continue }
            members[ordinal].nextAsk[peer] = tick + pace(ordinal)
            let isHeard = isLinked(ordinal, peer) && members[peer].isAgentRunning(at: tick)
            if isHeard, let report = members[peer].health?.report {
                post(ordinal, .peerReported(report, askedAt: now))
            } else {
                post(ordinal, .peerSilent(Build.name(peer)))
            }
        }
    }

    private func pace(_ ordinal: Int) -> Int {
        switch members[ordinal].supervisor.decision.pace {
        case .urgent: 2
        case .steady: random.within(18...22)
        }
    }
}
