import ReplicationCore

/// What the agent's client of the API is set to.
enum APITimes {
    static let idleWatch = 15 * Span.second
    static let patch = 2 * Span.second
}

extension World {
    var isAPIDown: Bool { now < apiDownUntil }

    private func isLost() -> Bool { now < apiLossUntil && random.chance(apiLoss) }

    private func apiLeg() -> Int {
        now < apiSlowUntil ? random.within(1_000...apiDelay) : random.skewed(500...6_000)
    }

    // MARK: The Lease: a write

    /// Sends a write of the Lease.
    func send(_ member: Int, _ write: LeaseWrite) {
        guard let agent = members[member].agent else { return }
        say(member, "writes Lease \(write.word)")
        if let expecting = write.expecting,
            expecting.uid != agent.keptUID || expecting.resourceVersion != agent.keptVersion
        {
            send(member, .post(.leaseWriteFailed(.conflict)), after: 200)
            return sendRead(member)
        }
        let request = LeaseRequest(
            member: member, agentLife: members[member].agentLife, write: write,
            sentAt: instant(member), sentTime: now)
        if diesBefore(request) { return }
        let isCut = !network.passes(member, network.api, at: now) || isAPIDown
        if isCut, random.chance(400) {
            // No connection could be made: surely not sent.
            let delay = isAPIDown ? 3_000 : Span.of(settings.timing.requestTimeout)
            send(member, .post(.leaseWriteFailed(.notApplied)), after: delay)
            return send(member, .post(.leaseUnreachable), after: delay)
        }
        send(member, .leaseTimesOut(request), after: Span.of(settings.timing.requestTimeout))
        guard !isCut, !isLost() else { return }
        let delay = script?.delay(of: write, by: member) ?? 0
        after(delay + apiLeg(), .api(.leaseArrives(request)))
        dies(.midway, request)
    }

    /// The API server performs a write, which its sender may have given up (F7).
    func serve(_ request: LeaseRequest) {
        guard !isAPIDown, !members[request.member].isLost else { return }
        let answer = apply(request)
        dies(.after, request)
        guard network.passes(network.api, request.member, at: now), !isLost() else { return }
        after(
            apiLeg(),
            .agent(
                request.member, life: request.agentLife, .leaseAnswers(request, answer)))
    }

    private func apply(_ request: LeaseRequest) -> LeaseAnswer {
        let write = request.write
        if let expecting = write.expecting {
            let isVersionRight =
                isSabotaged(.writeWithoutVersion)
                || lease?.resourceVersion == expecting.resourceVersion
            guard let lease, lease.uid == expecting.uid, isVersionRight else { return .conflict }
        } else if lease != nil {
            return .conflict
        }
        if lease == nil { leaseObjects += 1 }
        renewals += 1
        noteLeaseWrite(request)
        checkLeaseWrite(request)
        var requests = lease?.requests ?? Requests()
        if write.answered.contains(.switchover) { requests.switchover = nil }
        if write.answered.contains(.forcedPromotion) { requests.forcedPromotion = nil }
        let value = LeaseValue(
            uid: lease?.uid ?? "lease-\(leaseObjects)", resourceVersion: "",
            holder: write.holder, term: write.term, renewTime: "r\(renewals)",
            duration: write.duration, record: .readable(write.record), requests: requests)
        let before = lease
        let stored = store(value)
        if value.holder.isEmpty {
            note(.releasing, of: request.member)
        } else if before?.holder != value.holder {
            note(.taking, of: request.member)
        } else if before.flatMap(\.synchronous) != stored.synchronous {
            note(.recording, of: request.member)
        }
        return .stored(stored)
    }

    /// Makes a Lease the current one, and lets the watches know.
    @discardableResult
    func store(_ value: LeaseValue?) -> LeaseValue {
        leaseVersion += 1
        var stored = value
        stored?.resourceVersion = "\(leaseVersion)"
        if let record { lastRecord = record }
        let isSameHold = stored.flatMap { new in lease.map { $0.isSameHold(as: new) } } ?? false
        if !isSameHold { holdChangedAt = now }
        lease = stored
        mix(leaseVersion)
        for member in members.indices { tellWatch(member, stored) }
        return stored
            ?? LeaseValue(
                uid: "", resourceVersion: "", holder: "", term: 0, renewTime: "",
                duration: .zero, record: .missing)
    }

    func takeAnswer(_ request: LeaseRequest, _ answer: LeaseAnswer) {
        guard !request.isAnswered, let agent = members[request.member].agent else { return }
        request.isAnswered = true
        switch answer {
        case .stored(let value):
            agent.keptUID = value.uid
            agent.keptVersion = value.resourceVersion
            let sentAt =
                isSabotaged(.leaseFromReply) ? instant(request.member) : request.sentAt
            post(request.member, .leaseWritten(value, sentAt: sentAt))
            checkTrust(request)
        case .conflict:
            post(request.member, .leaseWriteFailed(.conflict))
            sendRead(request.member)
        }
    }

    func timeOut(_ request: LeaseRequest) {
        guard !request.isAnswered else { return }
        request.isAnswered = true
        post(request.member, .leaseWriteFailed(.unknownOutcome))
        sendRead(request.member)
    }

    // MARK: The Lease: a read

    func sendRead(_ member: Int) {
        let life = members[member].agentLife
        let isCut = !network.passesBothWays(member, network.api, at: now) || isAPIDown
        if isCut || isLost() {
            let delay = isAPIDown ? 3_000 : Span.of(settings.timing.requestTimeout)
            return send(member, .readFails, after: delay)
        }
        after(apiLeg(), .api(.readArrives(member, life: life)))
    }

    func serveRead(_ member: Int, _ life: Int) {
        guard let agent = members[member].agent, members[member].agentLife == life else { return }
        guard !isAPIDown, network.passes(network.api, member, at: now) else {
            return send(member, .readFails, after: Span.of(settings.timing.requestTimeout))
        }
        send(
            member, .watchedLease(watchLife: agent.watchLife, lease), after: apiLeg())
    }

    /// A version of the Lease came by a watch or a read.
    func take(_ value: LeaseValue?, _ member: Int) {
        if let value, let agent = members[member].agent {
            agent.keptUID = value.uid
            agent.keptVersion = value.resourceVersion
        }
        post(member, .leaseObserved(value))
    }

    // MARK: Watches

    func connectWatch(_ member: Int) {
        guard let agent = members[member].agent else { return }
        guard !isAPIDown, network.passesBothWays(member, network.api, at: now) else {
            send(member, .post(.leaseUnreachable), after: 100_000)
            return send(member, .watchConnects, after: random.within(500...1_200) * 1_000)
        }
        agent.watchLife += 1
        agent.isWatching = true
        agent.watchedUntil = now
        send(member, .watchIdles(watchLife: agent.watchLife), after: APITimes.idleWatch)
        tellWatch(member, lease)
        tellPods(member)
    }

    /// A silence that lasts too long counts as a hung connection.
    func renewIdleWatch(_ member: Int, _ watchLife: Int) {
        guard let agent = members[member].agent, agent.watchLife == watchLife, agent.isWatching
        else { return }
        let due = agent.watchedUntil + APITimes.idleWatch
        if now < due {
            return send(member, .watchIdles(watchLife: watchLife), after: due - now)
        }
        agent.isWatching = false
        post(member, .leaseUnreachable)
        send(member, .watchConnects, after: random.within(100...600) * Span.millisecond)
    }

    private func tellWatch(_ member: Int, _ value: LeaseValue?) {
        guard let delay = watchDelay(member), let agent = members[member].agent else { return }
        send(member, .watchedLease(watchLife: agent.watchLife, value), after: delay)
    }

    private func tellPods(_ member: Int) {
        guard let delay = watchDelay(member), let agent = members[member].agent else { return }
        send(member, .watchedPods(watchLife: agent.watchLife, podViews()), after: delay)
    }

    /// How long news take to a member, in order; nil where they do not come.
    private func watchDelay(_ member: Int) -> Int? {
        guard let agent = members[member].agent, agent.isWatching else { return nil }
        guard !isAPIDown, network.passes(network.api, member, at: now) else {
            breakWatch(member, agent)
            return nil
        }
        let isStuck = now < agent.stuckUntil
        let arrival = isStuck ? agent.stuckUntil : now + apiLeg()
        agent.watchedUntil = max(agent.watchedUntil + 1, arrival)
        return agent.watchedUntil - now
    }

    /// A stream over which nothing comes is noticed after a while, and made anew with a list.
    func breakWatch(_ member: Int, _ agent: Agent) {
        guard agent.isWatching else { return }
        agent.isWatching = false
        let delay = random.within(500...6_000) * Span.millisecond
        send(member, .watchConnects, after: delay)
    }

    // MARK: Pods

    func podViews() -> [PodView] {
        pods.indices.compactMap { index in
            let pod = pods[index]
            guard pod.exists else { return nil }
            return PodView(
                name: names[index], uid: pod.uidText, role: pod.role?.rawValue,
                status: pod.status?.rawValue, term: pod.term.map { "\($0)" },
                isTerminating: pod.isTerminating)
        }
    }

    func podsChanged() {
        podsVersion += 1
        for member in members.indices { tellPods(member) }
    }

    func sendMark(_ member: Int, _ effect: Effect) {
        let isCut = !network.passesBothWays(member, network.api, at: now) || isAPIDown
        if isCut || isLost() {
            return send(
                member, .effectEnds(effect, failure: "no answer"),
                after: isAPIDown ? 3_000 : APITimes.patch)
        }
        after(
            apiLeg(), .api(.markArrives(member, life: members[member].agentLife, effect)))
    }

    func serveMark(_ member: Int, _ life: Int, _ effect: Effect) {
        guard case .mark(let name, let uid, let marks) = effect, let pod = index(of: name) else {
            return
        }
        if !isAPIDown, pods[pod].exists, pods[pod].uidText == uid {
            say(member, "has marked \(name) \(marks.role?.rawValue ?? "-") \(marks.status)")
            noteMark(pod, marks)
            pods[pod].role = marks.role
            pods[pod].status = marks.status
            pods[pod].term = marks.role == nil ? nil : marks.term
            mix(pod &* 7 &+ (marks.role == .master ? 1 : 0))
            podsChanged()
        }
        guard members[member].agentLife == life else { return }
        let isAnswered =
            !isAPIDown && network.passes(network.api, member, at: now) && !isLost()
        send(
            member, .effectEnds(effect, failure: isAnswered ? nil : "no answer"),
            after: isAnswered ? apiLeg() : APITimes.patch)
    }
}

extension LeaseWrite {
    /// A short form for the trace.
    var word: String {
        let name = holder.isEmpty ? "nobody" : Identity.member(ofHolder: holder)
        let master = record.master.map { "\($0.voter.member)@\($0.term)" } ?? "-"
        return "\(name) term \(term) master \(master) \(record.synchronous.word)"
            + " expecting \(expecting?.resourceVersion ?? "none")"
    }
}

extension LeaseValue {
    /// The voters in its record, where it can be read.
    fileprivate var synchronous: SynchronousSet? {
        switch record {
        case .readable(let record): record.synchronous
        case .missing, .damaged: nil
        }
    }
}
