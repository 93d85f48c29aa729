@testable import ReplicationCore

extension ModelWorld {
    /// What the kubelet does for a Pod: init, restarts, probes, the order of its end.
    func stepKubelet(_ ordinal: Int) {
        switch members[ordinal].phase {
        case .gone:
            if tick >= members[ordinal].returnsAt, members[ordinal].returnsAt > 0 {
                comeBack(ordinal)
            }
            return
        case .initialising, .running, .ending: break
        }
        startAgent(ordinal)
        advance(ordinal)
        switch members[ordinal].phase {
        case .gone: break
        case .initialising: initialise(ordinal)
        case .running:
            restartDatabase(ordinal)
            probe(ordinal)
        case .ending(let since): end(ordinal, since: since)
        }
    }

    private func startAgent(_ ordinal: Int) {
        guard !members[ordinal].isAgentUp, tick >= members[ordinal].agentUpAt else { return }
        members[ordinal].isAgentUp = true
        members[ordinal].supervisor = Supervisor(
            identity: identity(ordinal, uid: members[ordinal].uid), settings: settings,
            startedAt: now)
        members[ordinal].flights = []
        members[ordinal].look = nil
        members[ordinal].wasRunning = false
        members[ordinal].seenLease = -1
        members[ordinal].seenPods = -1
        members[ordinal].wasReachable = true
        for index in members[ordinal].requests.indices {
            members[ordinal].requests[index].isAbandoned = true
        }
        say("pg-\(ordinal) agent starts")
    }

    private func advance(_ ordinal: Int) {
        var database = members[ordinal].database
        if case .starting(let readyAt) = database.process, tick >= readyAt {
            database.process = .running
        }
        if database.process == .running, !database.isPrimary, database.replayed < database.log.count
        {
            database.replayed += 1
        }
        members[ordinal].database = database
    }

    private func restartDatabase(_ ordinal: Int) {
        guard members[ordinal].database.process == .down else {
            members[ordinal].databaseUpAt = 0
            return
        }
        if members[ordinal].databaseUpAt == 0 {
            members[ordinal].databaseUpAt = tick + random.within(5...25)
        } else if tick >= members[ordinal].databaseUpAt {
            members[ordinal].database.start(at: tick, readyAt: tick + random.within(4...12))
        }
    }

    private func probe(_ ordinal: Int) {
        if members[ordinal].killAt > 0, tick >= members[ordinal].killAt {
            members[ordinal].killAt = 0
            say("pg-\(ordinal) liveness kill")
            members[ordinal].database.crash()
        }
        guard tick % 20 == ordinal else { return }
        let isAlive =
            members[ordinal].isAgentRunning(at: tick)
            && members[ordinal].health?.isDatabaseAlive(at: now) ?? true
        members[ordinal].failedProbes = isAlive ? 0 : members[ordinal].failedProbes + 1
        if members[ordinal].failedProbes >= 3, members[ordinal].killAt == 0 {
            members[ordinal].killAt = tick + 60
            members[ordinal].failedProbes = 0
        }
    }

    // MARK: Init

    private func initialise(_ ordinal: Int) {
        if let work = members[ordinal].work {
            if tick >= members[ordinal].workEndsAt { finish(work, ordinal) }
            return
        }
        guard tick % 4 == 0, members[ordinal].isAgentRunning(at: tick) else { return }
        let database = members[ordinal].database
        let plan = prepare(
            InitObservation(
                directory: database.directory,
                stopped: database.stopped(lowerBound: random.within(0...5)),
                agent: members[ordinal].health?.report,
                rewindFailures: members[ordinal].rewindFailures))
        switch plan {
        case .wait: return
        case .refuse(let reason): say("pg-\(ordinal) init refuses \(reason)")
        case .start: startAfterInit(ordinal)
        case .initialise: begin(.initialise, ordinal, step: .initialising)
        case .clone(let donor, let permit):
            begin(
                .clone(donor: index(of: donor)), ordinal,
                step: permit.scope == .nothingOfWorth ? .cloning : .rewinding)
        case .rewind(let donor, _):
            begin(.rewind(donor: index(of: donor)), ordinal, step: .rewinding)
        }
    }

    private func index(of member: String) -> Int { settings.members.firstIndex(of: member) ?? 0 }

    private func begin(_ work: ModelMember.Work, _ ordinal: Int, step: DirectoryStep) {
        say("pg-\(ordinal) init \(work)")
        var state =
            members[ordinal].database.state
            ?? MemberState(
                clusterID: nil, incarnation: "new", step: step)
        state.step = step
        members[ordinal].database.directory = .unfinished(state)
        members[ordinal].work = work
        members[ordinal].workEndsAt = tick + random.within(5...40)
    }

    private func finish(_ work: ModelMember.Work, _ ordinal: Int) {
        members[ordinal].work = nil
        var database = members[ordinal].database
        let promised = database.state?.promisedTerm ?? 0
        let incarnation = "i\(random.within(0...1_000_000_000))"
        switch work {
        case .initialise:
            if database.clusterID != nil || !acknowledged.isEmpty {
                violate("pg-\(ordinal) initialises a second time")
            }
            database.log = [ModelDatabase.Entry(branch: 1, write: 0)]
            database.clusterID = Build.clusterID
        case .clone(let donor), .rewind(let donor):
            let source = members[donor].database
            guard source.process == .running, replicates(ordinal, donor) else {
                if case .rewind = work { members[ordinal].rewindFailures += 1 }
                return
            }
            checkErasure(of: ordinal, for: donor)
            database.log = source.log
            database.clusterID = source.clusterID
        }
        database.isClean = true
        database.wasPrimary = false
        database.directory = .complete(
            MemberState(
                clusterID: database.clusterID, incarnation: incarnation, promisedTerm: promised,
                step: .complete))
        members[ordinal].rewindFailures = 0
        members[ordinal].database = database
    }

    private func startAfterInit(_ ordinal: Int) {
        members[ordinal].database.upstream = nil
        members[ordinal].database.access = .open
        members[ordinal].database.writtenSet = .empty
        members[ordinal].database.start(at: tick, readyAt: tick + random.within(4...12))
        members[ordinal].phase = .running
        say("pg-\(ordinal) starts after init")
    }

    // MARK: The end of a Pod

    private func end(_ ordinal: Int, since: Int) {
        post(ordinal, .shutdownRequested)
        let identity = identity(ordinal, uid: members[ordinal].uid)
        let isHolder =
            members[ordinal].isAgentRunning(at: tick)
            && members[ordinal].supervisor.observation.lease.isHeld(by: identity)
        if !members[ordinal].hasSentStop {
            let isHandingOver = members[ordinal].supervisor.decision.reasons.contains(.handover)
            let isDown = members[ordinal].database.process == .down
            if !isHolder || isDown || (!isHandingOver && tick > since + 30) || tick > since + 500 {
                members[ordinal].hasSentStop = true
                stopInOrder(ordinal)
                members[ordinal].endedAt = tick
            }
            return
        }
        guard !isHolder || tick > members[ordinal].endedAt + 60 else { return }
        say("pg-\(ordinal) Pod ends")
        vanish(ordinal, returnsAfter: random.within(10...40), isNewPod: true)
    }

    func stopInOrder(_ ordinal: Int) {
        guard members[ordinal].database.process == .running else {
            members[ordinal].database.crash()
            return
        }
        if members[ordinal].database.isPrimary {
            members[ordinal].database.log.append(
                ModelDatabase.Entry(
                    branch: members[ordinal].database.log.last?.branch ?? 1, write: -1000 - tick))
            let log = members[ordinal].database.log
            for connection in members[ordinal].database.connections {
                let peer = connection.member
                let isThere =
                    replicates(ordinal, peer) && members[peer].database.isStreaming
                    && members[peer].database.upstream == ordinal
                    && tick >= members[peer].database.hungUntil
                if isThere {
                    members[peer].database.log.append(
                        contentsOf: log[members[peer].database.log.count...])
                    members[peer].database.replayed = log.count
                }
            }
        }
        members[ordinal].database.stopInOrder()
    }

    func restartPod(_ ordinal: Int) {
        stopInOrder(ordinal)
        members[ordinal].phase = .initialising
        members[ordinal].work = nil
        killAgent(ordinal)
    }

    func killAgent(_ ordinal: Int) {
        members[ordinal].isAgentUp = false
        members[ordinal].agentUpAt = tick + random.within(4...20)
        members[ordinal].flights = []
        members[ordinal].look = nil
    }

    func vanish(_ ordinal: Int, returnsAfter: Int, isNewPod: Bool) {
        members[ordinal].database.crash()
        members[ordinal].isAgentUp = false
        members[ordinal].flights = []
        members[ordinal].look = nil
        members[ordinal].work = nil
        members[ordinal].phase = .gone
        members[ordinal].returnsAt = tick + returnsAfter
        members[ordinal].hasSentStop = false
        members[ordinal].killAt = 0
        if isNewPod {
            members[ordinal].uid += 1
            pods[Build.name(ordinal)] = nil
            podsVersion += 1
        }
    }

    private func comeBack(_ ordinal: Int) {
        members[ordinal].phase = .initialising
        members[ordinal].returnsAt = 0
        members[ordinal].agentUpAt = tick
        members[ordinal].stalledUntil = 0
        if pods[Build.name(ordinal)] == nil { createPod(ordinal) }
        say("pg-\(ordinal) is back")
    }
}
