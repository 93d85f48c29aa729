import ReplicationCore

extension World {
    // MARK: The Pod

    func returnPod(_ member: Int, isNew: Bool) {
        let own = members[member]
        guard own.phase == .gone, !own.isLost else { return }
        let isNew = isNew || own.isEnding || pods[member].uid != own.podUID
        own.phase = .initialising
        own.isEnding = false
        own.hasSentStop = false
        own.failedProbes = 0
        own.rewindFailures = 0
        if isNew {
            own.podUID += 1
            own.volume.clearSettings()
            pods[member] = PodObject(uid: own.podUID, uidText: uidText(own.podUID))
            podsChanged()
        }
        say(member, isNew ? "new Pod" : "Pod starts")
        after(brief(), .kubelet(member, podLife: own.podLife, .agentStarts))
        beginInit(member, after: random.within(50...300) * Span.millisecond)
        let period = Span.of(settings.timing.probePeriod)
        after(period, .kubelet(member, podLife: own.podLife, .probe))
    }

    /// All containers are gone at once; the volume stays.
    func dropContainers(_ member: Int) {
        let own = members[member]
        crashDatabase(member)
        dropAgent(member)
        own.podLife += 1
        own.initLife += 1
        cutInitWork(member)
        own.phase = .gone
    }

    /// All containers of the Pod run anew: the effect by which the agent asks for init.
    func restartPod(_ member: Int) {
        say(member, "Pod's containers restart")
        let own = members[member]
        if random.chance(500), !own.server.isFrozen(at: now) {
            stopInOrder(member, within: 0)
        }
        dropContainers(member)
        // A Pod whose object is gone is not started anew, but made anew.
        if pods[member].uid != own.podUID {
            after(200_000, .kubelet(member, podLife: own.podLife, .podReturns(isNew: true)))
            return
        }
        own.phase = .initialising
        let start = random.within(100...600) * Span.millisecond
        after(start, .kubelet(member, podLife: own.podLife, .agentStarts))
        beginInit(member, after: start + brief())
        let period = Span.of(settings.timing.probePeriod)
        after(start + period, .kubelet(member, podLife: own.podLife, .probe))
    }

    /// The node is lost, with everything that runs on it.
    func loseMember(_ member: Int, for duration: Int, isNewPod: Bool) {
        guard members[member].phase != .gone else { return }
        say(member, "node is lost")
        dropContainers(member)
        if let file = members[member].volume.durableFile { members[member].volume.file = file }
        if let end = members[member].volume.durableEnd { members[member].volume.end = end }
        members[member].volume.durableFile = nil
        members[member].volume.durableEnd = nil
        after(
            duration,
            .kubelet(
                member, podLife: members[member].podLife,
                .podReturns(isNew: isNewPod)))
    }

    // MARK: The end of a Pod

    /// Somebody deletes the Pod: preStop, the database's signal, the agent's signal.
    func deletePod(_ member: Int) {
        let own = members[member]
        guard own.phase != .gone, !own.isEnding else { return }
        own.isEnding = true
        pods[member].isTerminating = true
        podsChanged()
        let limit = now + 30 * Span.second
        own.prestopLife = own.agentLife
        if own.agent != nil { send(member, .prestop(begun: now), after: brief()) }
        after(
            100_000, .kubelet(member, podLife: own.podLife, .podEnds(until: limit)))
    }

    /// The preStop hook in the agent: it holds the database's signal back while it hands over.
    func prestop(_ member: Int, begun: Time) {
        guard let agent = members[member].agent, members[member].isEnding else { return }
        if agent.supervisor.observation.shutdown == .none { post(member, .shutdownRequested) }
        let observation = agent.supervisor.observation
        let isHolder = observation.lease.isHeld(by: identity(member))
        let hasBegun = agent.supervisor.decision.reasons.contains(.handover)
        let waited = now - begun
        let isOver =
            !isHolder || waited > 25 * Span.second
            || (!hasBegun && observation.database.isRunning && waited > 1_500_000)
        if isOver {
            members[member].hasSentStop = true
        } else {
            send(member, .prestop(begun: begun), after: 50_000)
        }
    }

    /// What the kubelet does next with a Pod that ends.
    func endPod(_ member: Int, until limit: Time) {
        let own = members[member]
        let isForced = now >= limit
        if isForced || own.phase == .initialising { return finishPod(member) }
        // A hook whose server is gone has failed, and is over.
        if own.hasSentStop || own.agent == nil || own.agentLife != own.prestopLife {
            if !own.hasSentStop || own.server.state == .running || own.server.state == .starting {
                own.hasSentStop = true
                stopInOrder(member, within: limit - now)
            }
            if own.server.state == .down { return finishPod(member) }
        }
        after(100_000, .kubelet(member, podLife: own.podLife, .podEnds(until: limit)))
    }

    /// The agent gets its signal, and has a moment to give the Lease up.
    private func finishPod(_ member: Int) {
        let own = members[member]
        guard let agent = own.agent else { return removePod(member) }
        if agent.supervisor.observation.shutdown == .none {
            post(member, .shutdownRequested)
        }
        let isHolder = agent.supervisor.observation.lease.isHeld(by: identity(member))
        let delay = isHolder ? 1_500_000 : 50_000
        after(delay, .kubelet(member, podLife: own.podLife, .podIsKilled))
    }

    func removePod(_ member: Int) {
        let own = members[member]
        say(member, "Pod ends")
        dropContainers(member)
        pods[member].exists = false
        podsChanged()
        if let script, member >= script.replicas { return }
        after(
            random.within(200...2_000) * Span.millisecond,
            .kubelet(member, podLife: own.podLife, .podReturns(isNew: true)))
    }

    /// The Pod's object is removed and made anew at once; the old processes end a little later, and
    /// the new ones begin after them, since they share the volume.
    func forceDeletePod(_ member: Int) {
        let own = members[member]
        guard own.phase != .gone else { return }
        pods[member] = PodObject(uid: own.podUID + 1, uidText: uidText(own.podUID + 1))
        podsChanged()
        let delay = random.within(100...2_500) * Span.millisecond
        after(delay, .kubelet(member, podLife: own.podLife, .podIsKilled))
    }

    // MARK: The database's container

    /// The container ended: it is started anew after a while, without init.
    func restartDatabaseLater(_ member: Int) {
        guard members[member].phase == .running else { return }
        let delay = random.within(100...1_500) * Span.millisecond
        after(delay, .kubelet(member, podLife: members[member].podLife, .databaseStarts))
    }

    /// The kubelet's probe of the database, which the own agent answers.
    func probe(_ member: Int) {
        let own = members[member]
        let period = Span.of(settings.timing.probePeriod)
        after(period, .kubelet(member, podLife: own.podLife, .probe))
        guard own.phase == .running, own.server.state != .down else {
            own.failedProbes = 0
            return
        }
        if now < own.hindered.nodeUntil { return }
        let isAlive =
            own.agent.map { agent in
                !agent.isPaused(at: now) && health(of: agent).isDatabaseAlive(at: instant(member))
            } ?? false
        own.failedProbes = isAlive ? 0 : own.failedProbes + 1
        guard own.failedProbes >= settings.timing.probeFailureThreshold else { return }
        own.failedProbes = 0
        say(member, "liveness kill")
        let grace = Span.of(Timing.killGrace)
        let life = own.server.life
        after(Span.of(settings.timing.probeTimeout) + grace, .server(member, life: life, .killed))
        stopInOrder(member, within: grace)
    }
}
