import ReplicationCore

extension World {
    /// A fault strikes.
    func strike(_ kind: Fault.Kind) {
        statistics.faults += 1
        say(-1, "FAULT \(kind)")
        switch kind {
        case .killAgent(let member): killAgent(member)
        case .killDatabase(let member): crashDatabase(member)
        case .killInit(let member): killInit(member)
        case .killMember(let member, let duration, let isNewPod):
            loseMember(member, for: duration, isNewPod: isNewPod)
        case .killAll(let duration):
            for member in members.indices {
                loseMember(member, for: random.within(1_000...duration), isNewPod: false)
            }
        case .loseVolume(let member): loseVolume(member)
        case .deleteLease, .damageRecord, .editHolder, .editDuration: editLease(kind)
        case .pauseAgent(let member, let duration): pauseAgent(member, duration)
        case .freezeDatabase(let member, let duration): freeze(member, duration)
        case .pauseMember(let member, let duration):
            pauseAgent(member, duration)
            freeze(member, duration)
        case .killAtEffect(let member, let count, let phase):
            traps[member] = Trap(count: count, phase: phase, isForMember: false)
        case .killMemberAtEffect(let member, let count, let phase):
            traps[member] = Trap(count: count, phase: phase, isForMember: true)
        case .cut, .isolate, .part, .stopAPI, .slowAPI, .loseAPI, .stickWatch, .slowNetwork:
            strikeNetwork(kind)
        case .failEffects(let share, let duration):
            effectTrouble = share
            effectTroubleUntil = now + duration
        case .deletePod(let member): deletePod(member)
        case .forceDeletePod(let member): forceDeletePod(member)
        case .holdReplay(let member, let duration): holdReplay(member, duration)
        case .askSwitchover(let member):
            request { $0.switchover = member.map { .member(names[$0]) } ?? .any }
        case .pause(let duration):
            request { $0.isPaused = true }
            queue.push(.unpause, at: now + duration)
        case .forgeLabel(let member):
            guard pods[member].exists else { return }
            pods[member].role = .master
            podsChanged()
        case .hinder(let member, let hindrance, let duration):
            hinder(member, hindrance, for: duration)
        case .meddle(let act): meddle(act)
        case .cast: drawCast()
        case .aimed(let kind): strike(kind.placed(cast))
        case .upon(let moment, let delay, let kind):
            ambushes.append(Ambush(moment: moment, delay: delay, kind: kind))
        }
    }

    /// A person edits the Lease's annotations.
    func request(_ edit: (inout Requests) -> Void) {
        guard var value = lease else { return }
        edit(&value.requests)
        store(value)
    }

    private func strikeNetwork(_ kind: Fault.Kind) {
        switch kind {
        case .cut(let from, let to, let duration):
            if from != to { network.cut(from, to, until: now + duration) }
        case .isolate(let member, let withAPI, let duration):
            isolate(member, withAPI: withAPI, until: now + duration)
        case .part(let mask, let apiWithMask, let duration):
            part(mask, apiWithMask, until: now + duration)
        case .stopAPI(let duration):
            apiDownUntil = now + duration
            for member in members {
                if let agent = member.agent, agent.isWatching {
                    agent.isWatching = false
                    send(member.index, .watchConnects, after: random.within(100...1_000) * 1_000)
                }
            }
        case .slowAPI(let delay, let duration):
            apiDelay = delay
            apiSlowUntil = now + duration
        case .loseAPI(let share, let duration):
            apiLoss = share
            apiLossUntil = now + duration
        case .stickWatch(let member, let duration):
            members[member].agent?.stuckUntil = now + duration
        case .slowNetwork(let delay, let duration):
            networkDelay = max(delay, 1_001)
            networkSlowUntil = now + duration
        case .killAgent, .killDatabase, .killInit, .killMember, .killAll, .loseVolume,
            .deleteLease, .damageRecord, .editHolder, .editDuration, .pauseAgent, .freezeDatabase,
            .pauseMember, .killAtEffect, .killMemberAtEffect, .failEffects, .deletePod,
            .forceDeletePod, .holdReplay, .askSwitchover, .pause, .forgeLabel, .hinder, .meddle,
            .cast, .aimed, .upon:
            break
        }
    }

    private func editLease(_ kind: Fault.Kind) {
        guard var value = lease else { return }
        switch kind {
        case .deleteLease:
            guard mayLoseRecord else { return }
            hasLostRecord = true
            store(nil)
            return
        case .damageRecord:
            guard mayLoseRecord else { return }
            hasLostRecord = true
            value.record = .damaged
        case .editHolder(let member):
            guard isSynchronous else { return }
            value.holder = member.map { identity($0).holder } ?? ""
        case .editDuration(let seconds): value.duration = .seconds(seconds)
        case .killAgent, .killDatabase, .killInit, .killMember, .killAll, .loseVolume, .pauseAgent,
            .freezeDatabase, .pauseMember, .killAtEffect, .killMemberAtEffect, .cut, .isolate,
            .part, .stopAPI, .slowAPI, .loseAPI, .stickWatch, .slowNetwork, .failEffects,
            .deletePod, .forceDeletePod, .askSwitchover, .pause, .forgeLabel, .holdReplay, .hinder,
            .meddle, .cast, .aimed, .upon:
            return
        }
        store(value)
    }

    /// Only what is repaired without a person (rule S16): every member has whole data, or none has.
    private var mayLoseRecord: Bool {
        let whole = members.count { $0.volume.held != nil && $0.volume.state?.step == .complete }
        let isUntouched = members.allSatisfy { $0.volume.state == nil && $0.initWork == nil }
        return !hasLostVolume && (whole == members.count || isUntouched)
    }

    /// Only what the mode promises to survive: one volume, while the others hold all that was
    /// acknowledged, and the rules can know it.
    private func loseVolume(_ member: Int) {
        guard isSynchronous, !hasLostVolume, !hasLostRecord, let record, let master = record.master,
            !record.synchronous.voters.isEmpty, master.term == lease?.term
        else { return }
        func isWhole(_ voter: Voter) -> Bool {
            guard let index = index(of: voter.member), index != member,
                let state = members[index].volume.state
            else { return false }
            return members[index].volume.held != nil && state.step == .complete
                && state.incarnation == voter.incarnation
        }
        let isSurvived =
            master.voter.member == names[member]
            ? record.synchronous.voters.count(where: isWhole) >= record.synchronous.promisesRequired
            : isWhole(master.voter)
        guard isSurvived else { return }
        hasLostVolume = true
        say(member, "volume is lost")
        loseMember(member, for: 500_000, isNewPod: true)
        members[member].volume = Volume()
    }

    private func killInit(_ member: Int) {
        guard members[member].phase == .initialising else { return }
        cutInitWork(member)
        beginInit(member, after: random.within(100...500) * Span.millisecond)
    }

    func pauseAgent(_ member: Int, _ duration: Int) {
        guard let agent = members[member].agent else { return }
        agent.pausedUntil = max(agent.pausedUntil, now + duration)
        queue.push(.resumes(member), at: agent.pausedUntil)
    }

    func resume(_ member: Int) {
        guard let agent = members[member].agent, !agent.isPaused(at: now) else { return }
        for happening in agent.deferred { queue.push(happening, at: now) }
        agent.deferred = []
    }

    func freeze(_ member: Int, _ duration: Int) {
        let own = members[member]
        guard own.server.state != .down else { return }
        own.server.frozenUntil = max(own.server.frozenUntil, now + duration)
    }

    private func holdReplay(_ member: Int, _ duration: Int) {
        let own = members[member]
        guard own.server.state == .running, !own.server.isPrimary else { return }
        own.server.isReplayHeld = true
        own.server.replayHeldUntil = now + duration
    }

    func isolate(_ member: Int, withAPI: Bool, until time: Time) {
        for other in 0...(members.count + (withAPI ? 0 : -1)) where other != member {
            network.cut(member, other, until: time)
            network.cut(other, member, until: time)
        }
    }

    private func part(_ mask: Int, _ apiWithMask: Bool, until time: Time) {
        func side(_ node: Int) -> Bool {
            node == network.api ? apiWithMask : mask & (1 << node) != 0
        }
        for one in 0...members.count {
            for other in 0...members.count where side(one) != side(other) {
                network.cut(one, other, until: time)
            }
        }
    }

    // MARK: The end of the faults

    /// Faults end for ever. Those who must converge are chosen so that they could; the others are
    /// lost for ever.
    func heal() {
        say(-1, "HEAL")
        isHealed = true
        network.heal()
        apiDownUntil = 0
        apiSlowUntil = 0
        apiLossUntil = 0
        networkSlowUntil = 0
        effectTroubleUntil = 0
        ambushes = []
        request { $0.isPaused = false }
        for own in members {
            traps[own.index] = nil
            own.hindered = Hindered()
            own.agent?.pausedUntil = 0
            resume(own.index)
            own.agent?.stuckUntil = 0
            own.server.frozenUntil = 0
            own.server.isReplayHeld = false
        }
        core = chooseCore()
        for own in members where !core.contains(own.index) {
            say(own.index, "is lost for ever")
            own.isLost = true
            if plan.isLossByCut {
                isolate(own.index, withAPI: true, until: Span.never)
                network.cut(network.clients, own.index, until: Span.never)
                network.cut(own.index, network.clients, until: Span.never)
            } else {
                dropContainers(own.index)
            }
        }
        for own in members where !own.isLost && own.phase == .gone && pods[own.index].exists {
            after(100_000, .kubelet(own.index, podLife: own.podLife, .podReturns(isNew: false)))
        }
    }

    /// All members but those that may be lost: without the last master, R of its voters must stay.
    private func chooseCore() -> [Int] {
        let all = Array(members.indices)
        let chosen = all.filter { plan.lossMask & (1 << $0) == 0 }
        guard plan.mode != .strict, !chosen.isEmpty, let record, let master = record.master,
            record.initialisation == .done
        else { return all }
        let whole = chosen.filter { member in
            guard members[member].volume.held != nil,
                members[member].volume.state?.step == .complete
            else { return false }
            return true
        }
        func voter(_ member: Int) -> Voter? {
            members[member].volume.state.map {
                Voter(member: names[member], incarnation: $0.incarnation)
            }
        }
        if plan.mode == .async {
            // Data of an older term than the last master's is never taken for enough.
            let last = (record.lastPosition ?? master.start).followedTerm
            let isFound = whole.contains { member in
                voter(member) == master.voter
                    || members[member].volume.state?.followedTerm ?? 0 >= last
            }
            return isFound ? chosen : all
        }
        if whole.contains(where: { voter($0) == master.voter }) { return chosen }
        let voters = whole.filter { voter($0).map(record.synchronous.voters.contains) ?? false }
        let isEnough =
            !record.synchronous.voters.isEmpty
            && voters.count >= record.synchronous.promisesRequired
        return isEnough ? chosen : all
    }
}
