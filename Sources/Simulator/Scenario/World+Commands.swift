import ReplicationCore

extension World {
    /// Does what a script says.
    func carryOut(_ command: Command, _ script: ScenarioRun) {
        switch command {
        case .killAgent(let actor): each(actor) { killAgent($0) }
        case .killDatabase(let actor): each(actor) { crashDatabase($0) }
        case .killInit(let actor): each(actor) { strike(.killInit($0)) }
        case .killMember(let actor, let length, let isNew):
            each(actor) { loseMember($0, for: length, isNewPod: isNew) }
        case .killAll(let length):
            for member in members.indices { loseMember(member, for: length, isNewPod: false) }
        case .loseVolume(let actor, let length): each(actor) { loseVolume($0, length) }
        case .saveVolume(let actor): each(actor) { script.savedVolume = members[$0].volume }
        case .restoreVolume(let actor):
            each(actor) { if let volume = script.savedVolume { members[$0].volume = volume } }
        case .startMember(let actor): each(actor) { startMember($0) }
        case .pauseAgent(let actor, let length):
            each(actor) { strike(.pauseAgent($0, duration: length)) }
        case .freezeDatabase(let actor, let length):
            each(actor) { strike(.freezeDatabase($0, duration: length)) }
        case .pauseMember(let actor, let length):
            each(actor) { strike(.pauseMember($0, duration: length)) }
        case .holdReplay(let actor, let length):
            each(actor) { strike(.holdReplay($0, duration: length)) }
        case .deletePod(let actor): each(actor) { deletePod($0) }
        case .forceDeletePod(let actor): each(actor) { forceDeletePod($0) }
        case .scale(let count): scale(to: count, script)
        case .forge(let actor): each(actor) { strike(.forgeLabel($0)) }
        case .tearFile(let actor): each(actor) { members[$0].volume.file = .torn }
        case .weaken(let actor): each(actor) { weaken($0) }
        case .clients(let areWriting): script.areClientsWriting = areWriting
        case .heal:
            healAt = now
            heal()
        case .armCrash: script.isArmed = true
        case .trap(let actor, let pattern, let isForMember):
            each(actor) {
                script.traps.append(
                    .init(member: $0, pattern: pattern, isForMember: isForMember))
            }
        case .cut, .join, .isolate, .rejoin, .stopAPI, .startAPI, .slowAPI, .stickWatch,
            .slowNetwork, .delayWrite:
            disturb(command, script)
        case .deleteLease, .damageRecord, .editHolder, .editDuration, .editTerm, .saveLease,
            .restoreLease, .switchover, .forcePromote, .pause, .resume:
            edit(command, script)
        }
    }

    private func each(_ actor: Actor, _ act: (Int) -> Void) {
        if let member = resolve(actor), member < members.count { act(member) }
    }

    private func until(_ length: Int) -> Time { min(now + length, Span.never) }

    private func disturb(_ command: Command, _ script: ScenarioRun) {
        switch command {
        case .cut(let one, let other, let isBothWays, let length):
            guard let one = resolve(one), let other = resolve(other) else { return }
            network.cut(one, other, until: until(length))
            if isBothWays { network.cut(other, one, until: until(length)) }
        case .join(let one, let other):
            guard let one = resolve(one), let other = resolve(other) else { return }
            network.heal(one, other)
            network.heal(other, one)
        case .isolate(let actor, let withAPI, let length):
            each(actor) { isolate($0, withAPI: withAPI, until: until(length)) }
        case .rejoin(let actor):
            each(actor) { member in
                for node in 0...network.clients where node != member {
                    network.heal(member, node)
                    network.heal(node, member)
                }
            }
        case .stopAPI(let length): strike(.stopAPI(duration: min(length, Span.never - now)))
        case .startAPI: apiDownUntil = now
        case .slowAPI(let delay, let length):
            strike(.slowAPI(delay: delay, duration: min(length, Span.never - now)))
        case .stickWatch(let actor, let length):
            each(actor) { strike(.stickWatch($0, duration: length)) }
        case .slowNetwork(let delay, let length):
            strike(.slowNetwork(delay: delay, duration: min(length, Span.never - now)))
        case .delayWrite(let actor, let pattern, let length):
            each(actor) {
                script.delays.append(.init(member: $0, pattern: pattern, length: length))
            }
        case .killAgent, .killDatabase, .killInit, .killMember, .killAll, .loseVolume,
            .saveVolume, .restoreVolume, .startMember, .pauseAgent, .freezeDatabase,
            .pauseMember, .holdReplay, .deletePod, .forceDeletePod, .scale, .forge, .tearFile,
            .weaken, .clients, .heal, .trap, .armCrash, .deleteLease, .damageRecord, .editHolder,
            .editDuration, .editTerm, .saveLease, .restoreLease, .switchover, .forcePromote,
            .pause, .resume:
            break
        }
    }

    /// A person's edits of the Lease, whatever they destroy.
    private func edit(_ command: Command, _ script: ScenarioRun) {
        guard var value = lease ?? script.savedLease else { return }
        switch command {
        case .deleteLease:
            store(nil)
            return
        case .damageRecord: value.record = .damaged
        case .editHolder(let actor):
            value.holder = actor.flatMap(resolve).map { identity($0).holder } ?? ""
        case .editDuration(let seconds): value.duration = .seconds(seconds)
        case .editTerm(let term): value.term = term
        case .saveLease:
            script.savedLease = value
            return
        case .restoreLease:
            guard let saved = script.savedLease else { return }
            let uid = value.uid
            value = saved
            value.uid = uid
        case .switchover(let actor):
            value.requests.switchover =
                actor.flatMap(resolve).map { .member(names[$0]) } ?? .any
        case .forcePromote(let actor):
            guard let member = resolve(actor) else { return }
            value.requests.forcedPromotion = ForcedPromotion(
                member: names[member], term: value.term)
        case .pause: value.requests.isPaused = true
        case .resume: value.requests.isPaused = false
        case .killAgent, .killDatabase, .killInit, .killMember, .killAll, .loseVolume,
            .saveVolume, .restoreVolume, .startMember, .pauseAgent, .freezeDatabase,
            .pauseMember, .holdReplay, .deletePod, .forceDeletePod, .scale, .forge, .tearFile,
            .weaken, .clients, .heal, .trap, .armCrash, .cut, .join, .isolate, .rejoin, .stopAPI,
            .startAPI, .slowAPI, .stickWatch, .slowNetwork, .delayWrite:
            return
        }
        store(value)
    }

    private func loseVolume(_ member: Int, _ length: Int) {
        loseMember(member, for: length, isNewPod: true)
        say(member, "volume is lost")
        members[member].volume = Volume()
    }

    private func startMember(_ member: Int) {
        let own = members[member]
        after(1_000, .kubelet(member, podLife: own.podLife, .podReturns(isNew: false)))
    }

    private func weaken(_ member: Int) {
        say(member, "database is changed by hand")
        members[member].volume.synchronous = .empty
        reload(member)
        ringLook(member)
    }

    /// The StatefulSet keeps so many Pods, and ends the others all at once.
    private func scale(to count: Int, _ script: ScenarioRun) {
        script.replicas = count
        for own in members.reversed() where own.index >= count { deletePod(own.index) }
        for own in members where own.index < count && !pods[own.index].exists {
            after(100_000, .kubelet(own.index, podLife: own.podLife, .podReturns(isNew: true)))
        }
    }
}
