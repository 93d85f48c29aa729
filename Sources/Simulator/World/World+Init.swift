import ReplicationCore

extension World {
    /// The init container begins.
    func beginInit(_ member: Int, after delay: Int) {
        let own = members[member]
        own.initLife += 1
        own.initWork = nil
        after(
            delay,
            .kubelet(member, podLife: own.podLife, .initLooks(life: own.initLife)))
    }

    /// What lies on the volume, as its files tell.
    func inspect(_ member: Int) -> DataDirectory {
        let volume = members[member].volume
        switch volume.file {
        case .none: return volume.hasData ? .unmarked(clusterID: volume.clusterID) : .empty
        case .torn: return .unreadable("torn")
        case .state(let state):
            switch state.step {
            case .initialising, .cloning, .rewinding:
                let isTaken = isSabotaged(.partialTakenForEmpty)
                return isTaken ? .empty : .unfinished(state)
            case .complete:
                guard volume.hasData else { return .unreadable("no data") }
                return .complete(state)
            }
        }
    }

    /// What the control file tells: after a crash no more than a lower bound (F6).
    func stopped(_ member: Int) -> StoppedDatabase? {
        let volume = members[member].volume
        guard volume.hasData, members[member].server.state == .down else { return nil }
        var end = volume.end
        if !volume.isClean {
            end = history.point(on: end, offset: max(1, end.offset - random.within(0...6)))
        }
        return StoppedDatabase(
            clusterID: volume.clusterID, isClean: volume.isClean, wasPrimary: volume.wasPrimary,
            position: history.position(end))
    }

    /// Init looks and asks its own agent.
    func lookForInit(_ member: Int, _ life: Int) {
        let own = members[member]
        guard own.initLife == life, own.phase == .initialising, own.initWork == nil else { return }
        var report: MemberReport?
        if let agent = own.agent, !agent.isPaused(at: now) {
            report = health(of: agent).report
        }
        var known = InitObservation(
            directory: inspect(member), stopped: stopped(member), agent: report,
            rewindFailures: own.rewindFailures)
        known.suspended = settings.suspended
        switch prepare(known) {
        case .wait(let reason):
            if options.isTracing { say(member, "init waits: \(reason.rawValue)") }
            wait(member, Pace.initLook)
        case .refuse(let reason):
            say(member, "init refuses: \(reason.rawValue)")
            wait(member, Span.second)
        case .start:
            own.phase = .running
            own.volume.clearSettings()
            if let state = own.volume.state {
                own.volume.application = Voter(member: own.name, incarnation: state.incarnation)
            }
            own.volume.isArmed = true
            after(brief(), .kubelet(member, podLife: own.podLife, .databaseStarts))
        case .initialise: beginInitialising(member)
        case .clone(let donor, let permit): beginClone(member, donor, permit)
        case .rewind(let donor, let permit): beginRewind(member, donor, permit)
        }
    }

    private func wait(_ member: Int, _ delay: Int) {
        let own = members[member]
        after(delay, .kubelet(member, podLife: own.podLife, .initLooks(life: own.initLife)))
    }

    private func work(_ member: Int, _ work: InitWork, for duration: Int) {
        let own = members[member]
        own.initWork = work
        own.donorLife = work.donor.map { members[$0].server.life } ?? 0
        after(duration, .kubelet(member, podLife: own.podLife, .initWorks(life: own.initLife)))
    }

    private func incarnation() -> String { "i\(random.below(1_000_000_000))" }

    private func promised(_ member: Int) -> Term { members[member].volume.state?.promisedTerm ?? 0 }

    private func beginInitialising(_ member: Int) {
        say(member, "initialises")
        checkInitialisation(member)
        let state = MemberState(clusterID: nil, incarnation: incarnation(), step: .initialising)
        let own = members[member]
        own.volume = Volume()
        own.volume.file = .state(state)
        work(member, .initialise(state: state), for: random.within(100...600) * 1_000)
    }

    private func beginClone(_ member: Int, _ name: String, _ permit: ErasurePermit) {
        guard let donor = index(of: name) else { return wait(member, Pace.initLook) }
        say(member, "clones \(name)")
        checkClone(member, permit.scope)
        var state = MemberState(
            clusterID: permit.clusterID, incarnation: incarnation(), begunTerm: permit.term,
            step: .cloning)
        let own = members[member]
        let isBeside = permit.scope == .divergedTail
        if isBeside {
            state.promisedTerm = promised(member)
            state.step = .rewinding
        }
        own.volume.file = .state(state)
        work(
            member, .clone(donor: donor, state: state, isBeside: isBeside),
            for: random.within(100...1_200) * 1_000)
    }

    private func beginRewind(_ member: Int, _ name: String, _ permit: ErasurePermit) {
        guard let donor = index(of: name) else { return wait(member, Pace.initLook) }
        say(member, "rewinds to \(name)")
        checkRewind(member, donor)
        let state = MemberState(
            clusterID: permit.clusterID, incarnation: incarnation(),
            promisedTerm: promised(member), begunTerm: permit.term, step: .rewinding)
        members[member].volume.file = .state(state)
        work(
            member, .rewind(donor: donor, state: state),
            for: random.within(100...1_200) * 1_000)
    }

    /// The work is done, or its donor has gone.
    func finishInitWork(_ member: Int, _ life: Int) {
        let own = members[member]
        guard own.initLife == life, let work = own.initWork else { return }
        own.initWork = nil
        switch work {
        case .initialise(let state):
            own.volume.hasData = true
            own.volume.clusterID = "cluster-\(history.segments.count)"
            own.volume.end = history.begin(after: nil, term: 0, owner: member)
            own.volume.isClean = true
            own.volume.wasPrimary = true
            complete(member, state)
        case .clone(let donor, let state, let isBeside):
            guard let end = reach(donor, by: member, state.clusterID) else { break }
            checkErasure(of: member, replacedBy: end)
            if !isBeside || own.volume.hasData == false { own.volume.hasData = true }
            own.volume.isMess = false
            own.volume.clusterID = members[donor].volume.clusterID
            own.volume.end = end
            own.volume.isClean = false
            own.volume.wasPrimary = true
            complete(member, state)
        case .rewind(let donor, let state):
            finishRewind(member, donor, state)
        }
        wait(member, brief())
    }

    private func finishRewind(_ member: Int, _ donor: Int, _ state: MemberState) {
        let own = members[member]
        guard let end = reach(donor, by: member, state.clusterID), !own.volume.isMess,
            history.segments[end.segment].branch
                != history.segments[own.volume.end.segment].branch
        else {
            own.rewindFailures += 1
            return
        }
        checkErasure(of: member, replacedBy: end)
        own.volume.end = end
        own.volume.isClean = true
        own.volume.wasPrimary = false
        complete(member, state)
    }

    /// The donor's data as far as it has come; nil where the donor cannot be copied from.
    private func reach(_ donor: Int, by member: Int, _ clusterID: String?) -> End? {
        let server = members[donor].server
        // A copy is read from one run of the donor's server.
        guard server.state == .running, server.life == members[member].donorLife,
            !server.isFrozen(at: now), network.passesBothWays(member, donor, at: now),
            members[donor].volume.clusterID == clusterID
        else { return nil }
        return members[donor].volume.end
    }

    private func complete(_ member: Int, _ state: MemberState) {
        let own = members[member]
        var done = state
        done.step = .complete
        done.clusterID = own.volume.clusterID
        own.volume.file = .state(done)
        own.volume.durableFile = nil
        own.volume.durableEnd = nil
        own.rewindFailures = 0
        say(member, "init has made its data: \(history.position(own.volume.end))")
    }

    /// Init is cut off in the middle of its work: a rewind leaves the data half changed.
    func cutInitWork(_ member: Int) {
        let own = members[member]
        guard let work = own.initWork else { return }
        own.initWork = nil
        own.rewindFailures = 0
        switch work {
        case .initialise: break
        case .clone(_, _, let isBeside):
            if !isBeside { own.volume.hasData = false }
        case .rewind(_, let state):
            guard random.chance(600) else { return }
            if let end = own.volume.held {
                say(member, "rewind is cut off")
                checkErasure(of: member, replacedBy: nil, lost: end)
            }
            own.volume.file = .state(state)
            own.volume.isMess = true
        }
    }
}

extension Volume {
    /// The state before anything is known: follows nobody, lets everybody read.
    mutating func clearSettings() {
        upstream = nil
        synchronous = .empty
        isClosed = false
        application = nil
    }
}
