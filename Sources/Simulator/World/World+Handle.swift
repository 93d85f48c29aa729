import ReplicationCore

extension World {
    /// Lets something happen.
    func handle(_ happening: Happening) {
        mix(now)
        switch happening {
        case .agent(let member, let life, let step):
            guard let agent = members[member].agent, members[member].agentLife == life else {
                return
            }
            if agent.isPaused(at: now) {
                agent.deferred.append(happening)
            } else {
                handle(step, of: member, life)
            }
        case .resumes(let member): resume(member)
        case .peerServes(let asking, let life, let peer, let askedAt):
            serve(asking, life, peer, askedAt)
        case .promise(let call): serve(call)
        case .api(let step): handle(step)
        case .kubelet(let member, let podLife, let step):
            guard members[member].podLife == podLife else { return }
            handle(step, of: member)
        case .server(let member, let life, let step):
            guard members[member].server.life == life else { return }
            handle(step, ofServer: member)
        case .stream(let stream, let step): handle(step, of: stream)
        case .replication(let member): keepReplication(member)
        case .client(let index, let token): stepClient(index, token)
        case .clientGivesUp(let index, let token): giveUp(index, token)
        case .fault(let index): strike(plan.faults[index].kind)
        case .strikes(let kind): strike(kind)
        case .unpause: request { $0.isPaused = false }
        case .heal: heal()
        case .check: check()
        }
    }

    private func handle(_ step: AgentStep, of member: Int, _ life: Int) {
        switch step {
        case .tick(let token): tick(member, token)
        case .look(let token): look(member, token)
        case .looked(let directory, let event): finishLook(member, directory, event)
        case .ask(let peer, let token): ask(member, peer, token)
        case .post(let event): post(member, event)
        case .watchConnects: connectWatch(member)
        case .watchIdles(let watchLife): renewIdleWatch(member, watchLife)
        case .effectBegins(let effect): beginEffect(member, effect)
        case .effectActs(let effect): actEffect(member, effect)
        case .effectCompletes(let effect): completeEffect(member, effect)
        case .effectEnds(let effect, let failure): endEffect(member, effect, failure)
        case .leaseTimesOut(let request): timeOut(request)
        case .leaseAnswers(let request, let answer): takeAnswer(request, answer)
        case .readFails: post(member, .leaseUnreachable)
        case .watchedLease(let watchLife, let value):
            guard members[member].agent?.watchLife == watchLife else { return }
            take(value, member)
        case .watchedPods(let watchLife, let list):
            guard members[member].agent?.watchLife == watchLife else { return }
            post(member, .podsObserved(list))
        case .promiseTimesOut(let call): timeOut(call)
        case .promiseAnswers(let call, let report): takeAnswer(call, report)
        case .prestop(let begun): prestop(member, begun: begun)
        case .dies(let isMember):
            isMember ? loseMember(member, for: 2 * Span.second, isNewPod: false) : killAgent(member)
        }
    }

    private func handle(_ step: APIStep) {
        switch step {
        case .leaseArrives(let request): serve(request)
        case .readArrives(let member, let life): serveRead(member, life)
        case .markArrives(let member, let life, let effect): serveMark(member, life, effect)
        }
    }

    private func handle(_ step: KubeletStep, of member: Int) {
        switch step {
        case .podReturns(let isNew): returnPod(member, isNew: isNew)
        case .agentStarts: startAgent(member)
        case .initLooks(let life): lookForInit(member, life)
        case .initWorks(let life): finishInitWork(member, life)
        case .databaseStarts: startDatabase(member)
        case .probe: probe(member)
        case .podEnds(let until): endPod(member, until: until)
        case .podIsKilled: removePod(member)
        }
    }

    private func handle(_ step: ServerStep, ofServer member: Int) {
        switch step {
        case .ready: becomeReady(member)
        case .replay: replay(member)
        case .commitsReload(let generation): reloadCommits(member, generation)
        case .checkpointed(let generation): finishCheckpoint(member, generation)
        case .sessionsEnd: endSessions(on: member)
        case .stops(let until): continueStop(member, until: until)
        case .killed: crashDatabase(member)
        case .noise: writeNoise(member)
        }
    }

    private func handle(_ step: StreamStep, of stream: Stream) {
        switch step {
        case .pump: pump(stream)
        case .flushed(let offset): takeFlush(stream, offset)
        case .reloads: reload(stream)
        }
    }
}
