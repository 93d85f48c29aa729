import ReplicationCore

extension World {
    // MARK: Its life

    func startAgent(_ member: Int) {
        guard members[member].agent == nil, members[member].phase != .gone else { return }
        members[member].agentLife += 1
        let supervisor = Supervisor(
            identity: identity(member), settings: settings, startedAt: instant(member))
        members[member].agent = Agent(
            supervisor: supervisor, at: instant(member), now, members: members.count)
        say(member, "agent starts")
        let life = members[member].agentLife
        after(brief(), .agent(member, life: life, .look(token: 0)))
        for peer in members.indices where peer != member {
            after(brief(), .agent(member, life: life, .ask(peer: peer, token: 0)))
        }
        after(brief(), .agent(member, life: life, .watchConnects))
        after(brief(), .agent(member, life: life, .tick(token: 0)))
    }

    /// The process dies; the kubelet starts the container anew.
    func killAgent(_ member: Int) {
        guard members[member].agent != nil else { return }
        say(member, "agent dies")
        dropAgent(member)
        let delay = random.within(100...1_000) * Span.millisecond
        after(delay, .kubelet(member, podLife: members[member].podLife, .agentStarts))
    }

    func dropAgent(_ member: Int) {
        members[member].agent = nil
        members[member].agentLife += 1
    }

    func send(_ member: Int, _ step: AgentStep, after delay: Int) {
        after(delay, .agent(member, life: members[member].agentLife, step))
    }

    // MARK: Its mind

    /// Feeds an event to the supervisor, and begins what follows.
    func post(_ member: Int, _ event: Event) {
        guard let agent = members[member].agent else { return }
        statistics.handled += 1
        let instant = instant(member)
        let before = agent.supervisor.decision
        let effects = agent.supervisor.handle(event, at: instant)
        agent.handledAt = instant
        agent.handledTime = now
        agent.published = nil
        let decision = agent.supervisor.decision
        if decision.pace != agent.pace {
            agent.pace = decision.pace
            if decision.pace == .urgent { hurry(member, agent) }
        }
        if options.isTracing || script != nil { traceDecision(member, before, decision) }
        for effect in effects {
            if case .writeLease(let write) = effect {
                send(member, write)
            } else {
                say(member, "begins \(effect.word)")
                mix(member &* 31 &+ effect.code)
                if convergedAt != nil { quiet.effects += 1 }
                switch effect {
                case .promote: note(.promoting, of: member)
                case .mark(let pod, _, let marks): checkMark(member, pod, marks)
                case .writeLease, .readLease, .persist, .open, .openForReads, .close, .follow,
                    .setSynchronous, .prepareFollowers, .stopDatabase, .restartPod,
                    .requestPromise:
                    break
                }
                send(member, .effectBegins(effect), after: random.within(200...2_000))
            }
        }
    }

    /// A change of pace ends the waits of all watches.
    private func hurry(_ member: Int, _ agent: Agent) {
        let life = members[member].agentLife
        agent.lookToken += 1
        after(500, .agent(member, life: life, .look(token: agent.lookToken)))
        for peer in members.indices where peer != member {
            agent.askTokens[peer] += 1
            let token = agent.askTokens[peer]
            after(500, .agent(member, life: life, .ask(peer: peer, token: token)))
        }
        agent.tickToken += 1
        let tick = random.within(40_000...60_000)
        after(tick, .agent(member, life: life, .tick(token: agent.tickToken)))
    }

    /// Time is an event where no other was for so long.
    func tick(_ member: Int, _ token: Int) {
        guard let agent = members[member].agent, agent.tickToken == token else { return }
        let period = agent.pace == .urgent ? Pace.urgentTick : Pace.steadyTick
        let idle = now - agent.handledTime
        if idle >= period {
            post(member, .tick)
            guard let agent = members[member].agent, agent.tickToken == token else { return }
            send(member, .tick(token: token), after: period)
        } else {
            send(member, .tick(token: token), after: period - idle)
        }
    }

    // MARK: Looking at the database

    func look(_ member: Int, _ token: Int) {
        guard members[member].agent?.lookToken == token else { return }
        let isFrozen = members[member].server.isFrozen(at: now)
        let seen = observation(of: member)
        let askedAt = instant(member)
        var directory: Event?
        if members[member].agent?.wasRunning == false || !seen.isRunning {
            directory = .directoryInspected(
                inspect(member), seen == .down ? stopped(member) : nil)
        }
        members[member].agent?.wasRunning = seen.isRunning
        let delay = isFrozen ? Span.second : random.skewed(2_000...30_000)
        send(
            member, .looked(directory: directory, .databaseObserved(seen, askedAt: askedAt)),
            after: delay)
    }

    func finishLook(_ member: Int, _ directory: Event?, _ event: Event) {
        if let directory { post(member, directory) }
        guard let token = members[member].agent?.lookToken else { return }
        post(member, event)
        // A change of pace has begun another look.
        guard let agent = members[member].agent, agent.lookToken == token else { return }
        let pace = agent.pace == .urgent ? Pace.urgentLook : Pace.steadyLook
        send(member, .look(token: token), after: random.within(pace))
    }

    /// Ends the wait for the next look.
    func ringLook(_ member: Int) {
        guard members[member].agent != nil else { return }
        members[member].agent?.lookToken += 1
        let token = members[member].agent?.lookToken ?? 0
        send(member, .look(token: token), after: 300)
    }

    // MARK: Asking peers

    func ask(_ member: Int, _ peer: Int, _ token: Int) {
        guard let agent = members[member].agent, agent.askTokens[peer] == token else { return }
        let askedAt = instant(member)
        let pace = random.within(agent.pace == .urgent ? Pace.urgentLook : Pace.steadyLook)
        let isHeard = network.passesBothWays(member, peer, at: now) && members[peer].agent != nil
        if isHeard {
            let delay = messageDelay()
            after(
                delay,
                .peerServes(
                    asking: member, life: members[member].agentLife, peer: peer,
                    askedAt: askedAt))
            send(member, .ask(peer: peer, token: token), after: pace + 2 * delay)
        } else {
            send(member, .post(.peerSilent(names[peer])), after: Pace.peerTimeout / 4)
            send(member, .ask(peer: peer, token: token), after: pace + Pace.peerTimeout / 4)
        }
    }

    func messageDelay() -> Int {
        now < networkSlowUntil ? random.within(1_000...networkDelay) : random.skewed(500...5_000)
    }

    /// A peer's agent answers from memory.
    func serve(_ asking: Int, _ life: Int, _ peer: Int, _ askedAt: Instant) {
        guard members[asking].agentLife == life, members[asking].agent != nil else { return }
        guard let agent = members[peer].agent, !agent.isPaused(at: now),
            network.passesBothWays(asking, peer, at: now)
        else {
            send(asking, .post(.peerSilent(names[peer])), after: Pace.peerTimeout)
            return
        }
        let report = health(of: agent).report
        var told = report
        told.peers = []
        let delay = messageDelay()
        if delay > Pace.peerTimeout {
            send(asking, .post(.peerSilent(names[peer])), after: Pace.peerTimeout)
        } else {
            send(asking, .post(.peerReported(told, askedAt: askedAt)), after: delay)
        }
    }

    /// The verdicts as they were published after the last event.
    func health(of agent: Agent) -> HealthReport {
        if let published = agent.published { return published }
        let report = agent.supervisor.health(at: agent.handledAt)
        agent.published = report
        return report
    }
}

/// How often agents look and ask. The real agent's pace but for what costs much and shows nothing:
/// an urgent look comes three times instead of ten times a second.
enum Pace {
    static let steadyTick = 250 * Span.millisecond
    static let urgentTick = 100 * Span.millisecond
    static let steadyLook = 950 * Span.millisecond...1_050 * Span.millisecond
    static let urgentLook = 200 * Span.millisecond...400 * Span.millisecond
    static let initLook = 250 * Span.millisecond
    static let peerTimeout = Span.second
}
