import ReplicationCore

extension World {
    /// A client writes, or finds itself a session.
    func stepClient(_ index: Int, _ token: Int) {
        guard clients[index].token == token else { return }
        if script?.areClientsWriting == false {
            return next(index, after: 100 * Span.millisecond)
        }
        if now > healAt, probeWrite == nil { probeWrite = history.places.count }
        guard let session = clients[index].session else { return connect(index) }
        let member = session.member
        guard members[member].server.life == session.serverLife else { return drop(index) }
        guard network.passes(network.clients, member, at: now),
            !members[member].server.isFrozen(at: now)
        else {
            clients[index].token += 1
            if isPatient(index), members[member].server.isFrozen(at: now) {
                let again = members[member].server.frozenUntil + 1_000
                return queue.push(.client(index, token: clients[index].token), at: again)
            }
            return after(Span.second, .clientGivesUp(index, token: clients[index].token))
        }
        commit(index, on: member)
    }

    /// Takes a Pod that is labelled master, as a view that may be old shows it.
    private func connect(_ index: Int) {
        let labelled = members.indices.filter { pods[$0].exists && pods[$0].role == .master }
        var target: Int?
        if !labelled.isEmpty { target = labelled[random.below(labelled.count)] }
        if let target {
            let server = members[target].server
            let isLetIn =
                server.state == .running && !server.isClosed && !server.isFrozen(at: now)
                && network.passesBothWays(network.clients, target, at: now)
            if isLetIn, server.isPrimary {
                clients[index].session = Client.Session(member: target, serverLife: server.life)
                return next(index, after: random.within(1...20) * Span.millisecond)
            }
        }
        next(index, after: random.within(100...400) * Span.millisecond)
    }

    /// One client waits as long as its connection lasts.
    private func isPatient(_ index: Int) -> Bool { index == 0 && plan.isPatient }

    private func next(_ index: Int, after delay: Int) {
        clients[index].token += 1
        after(delay, .client(index, token: clients[index].token))
    }

    private func drop(_ index: Int) {
        clients[index].session = nil
        clients[index].write = nil
        next(index, after: random.within(50...300) * Span.millisecond)
    }

    /// The client waits no longer: whether its write counts is unknown to it.
    func giveUp(_ index: Int, _ token: Int) {
        guard clients[index].token == token else { return }
        drop(index)
    }

    private func commit(_ index: Int, on member: Int) {
        let own = members[member]
        let isTaken =
            own.server.isPrimary && (own.server.state == .running || own.server.state == .stopping)
        guard isTaken else { return drop(index) }
        let (write, end) = history.appendWrite(at: own.volume.end.segment)
        statistics.writes += 1
        append(end, on: member)
        clients[index].write = write
        clients[index].token += 1
        let patience = isPatient(index) ? 30 * Span.second : 5 * Span.second
        after(patience, .clientGivesUp(index, token: clients[index].token))
        let waiting = Server.Waiting(write: write, offset: end.offset, client: index)
        if own.server.commitSet.voters.isEmpty {
            acknowledge(waiting, on: member)
        } else {
            own.server.waiting.append(waiting)
        }
    }

    /// The server says yes to a client; it counts when the client hears it.
    func acknowledge(_ item: Server.Waiting, on member: Int) {
        guard clients[item.client].write == item.write,
            clients[item.client].session?.member == member
        else { return }
        guard network.passes(member, network.clients, at: now) else { return }
        statistics.acknowledged += 1
        mix(item.write)
        // What a person's settings let through is that person's doing until the agent has looked.
        if now > members[member].isWeakenedUntil { history.acknowledge(item.write) }
        checkAcknowledged(item, on: member)
        clients[item.client].write = nil
        next(item.client, after: random.within(30...250) * Span.millisecond)
    }

    func hasSessions(on member: Int) -> Bool {
        let life = members[member].server.life
        return clients.contains { $0.session?.member == member && $0.session?.serverLife == life }
    }

    /// All sessions are ended; what they waited for is unknown to them.
    func endSessions(on member: Int) {
        members[member].server.waiting = []
        for index in clients.indices where clients[index].session?.member == member {
            drop(index)
        }
    }
}
