import ReplicationCore

extension World {
    // MARK: Start and end

    /// The container's process begins: as a standby, wherever the signal is armed.
    func startDatabase(_ member: Int) {
        let own = members[member]
        guard own.phase == .running, own.server.state == .down, !own.hasSentStop else { return }
        guard own.volume.hasData, !own.volume.isMess else { return }
        var server = Server()
        server.life = own.server.life + 1
        server.state = .starting
        server.frozenUntil = 0
        server.isPrimary =
            !own.volume.isArmed || (isSabotaged(.startWritable) && own.volume.wasPrimary)
        // Recovery begins somewhere before the end of the local log (F6).
        let missing = own.volume.isClean ? 0 : random.skewed(0...30)
        server.replayed = max(1, own.volume.end.offset - missing)
        server.upstream = own.volume.upstream
        server.synchronous = own.volume.synchronous
        server.commitSet = own.volume.synchronous
        server.isProven = true
        server.isClosed = own.volume.isClosed
        own.server = server
        own.volume.wasPrimary = server.isPrimary
        own.volume.isClean = false
        say(member, "database starts\(server.isPrimary ? " WRITABLE" : "")")
        checkStart(member)
        after(
            random.skewed(50...1_200) * Span.millisecond,
            .server(member, life: server.life, .ready))
    }

    func becomeReady(_ member: Int) {
        let own = members[member]
        guard own.server.state == .starting else { return }
        if own.server.isFrozen(at: now) {
            let life = own.server.life
            return queue.push(.server(member, life: life, .ready), at: own.server.frozenUntil)
        }
        own.server.state = .running
        say(member, "database is ready")
        if own.server.isPrimary {
            own.server.replayed = own.volume.end.offset
            startNoise(member)
        } else {
            replayLater(member)
        }
        ringLook(member)
    }

    /// The process is killed: what was flushed stays.
    func crashDatabase(_ member: Int) {
        let own = members[member]
        guard own.server.state != .down else { return }
        say(member, "database dies")
        own.volume.isClean = false
        own.volume.wasPrimary = own.server.isPrimary
        endServer(member)
    }

    private func endServer(_ member: Int) {
        let own = members[member]
        endSessions(on: member)
        closeReceiver(member)
        for stream in own.server.senders { closeSender(stream) }
        own.server.senders = []
        own.server.state = .down
        own.server.isPrimary = false
        own.server.life += 1
        own.server.frozenUntil = 0
        ringLook(member)
        restartDatabaseLater(member)
    }

    /// A fast shutdown: nobody new, sessions end, followers get all, then it is clean.
    func stopInOrder(_ member: Int, within limit: Int) {
        let own = members[member]
        switch own.server.state {
        case .down, .stopping: return
        case .starting: return crashDatabase(member)
        case .running: break
        }
        say(member, "database stops")
        own.server.state = .stopping
        let life = own.server.life
        after(random.skewed(1_000...200_000), .server(member, life: life, .sessionsEnd))
        after(250_000, .server(member, life: life, .stops(until: now + limit)))
        ringLook(member)
    }

    func continueStop(_ member: Int, until limit: Time) {
        let own = members[member]
        guard own.server.state == .stopping else { return }
        let life = own.server.life
        if own.server.isFrozen(at: now) {
            return queue.push(
                .server(member, life: life, .stops(until: limit)), at: own.server.frozenUntil)
        }
        endSessions(on: member)
        if own.server.isPrimary {
            if !own.server.isShutdownWritten {
                own.server.isShutdownWritten = true
                append(history.appendNoise(at: own.volume.end.segment), on: member)
            }
            let isSent = own.server.senders.allSatisfy { stream in
                !stream.isOpenAtUpstream || stream.flushed >= own.volume.end.offset
            }
            if !isSent, now < limit {
                return after(50_000, .server(member, life: life, .stops(until: limit)))
            }
        }
        own.volume.wasPrimary = own.server.isPrimary
        own.volume.isClean = true
        say(member, "database has stopped in order")
        endServer(member)
    }

    // MARK: Settings

    /// Loads what is written. Each process takes it over in its own time (F13).
    func reload(_ member: Int) {
        let own = members[member]
        own.server.upstream = own.volume.upstream
        own.server.isClosed = own.volume.isClosed
        if own.server.isPrimary, !own.server.isClosed { own.openedTerm = own.promotedTerm }
        let set = own.volume.synchronous
        if set != own.server.synchronous {
            own.server.generation += 1
            own.server.synchronous = set
            for stream in own.server.senders {
                after(reloadLag(member, upTo: 300_000), .stream(stream, .reloads))
            }
            let generation = own.server.generation
            after(
                reloadLag(member, upTo: 400_000),
                .server(member, life: own.server.life, .commitsReload(generation: generation)))
        }
        if let receiver = own.server.receiver, receiver.upstream != own.server.upstream {
            closeReceiver(member)
        }
    }

    /// A sending process reads the settings as they are by then.
    func reload(_ stream: Stream) {
        let server = members[stream.upstream].server
        if server.life == stream.upstreamLife { stream.synchronous = server.synchronous }
    }

    /// The flag by which commits decide whether they wait follows the settings.
    func reloadCommits(_ member: Int, _ generation: Int) {
        let own = members[member]
        guard own.server.generation == generation else { return }
        let wasEmpty = own.server.commitSet.voters.isEmpty
        own.server.commitSet = own.server.synchronous
        if own.server.commitSet.voters.isEmpty {
            own.server.isProven = false
            releaseAll(member)
        } else if wasEmpty {
            own.server.isProven = false
            after(
                random.skewed(5_000...300_000),
                .server(member, life: own.server.life, .checkpointed(generation: generation)))
        } else {
            own.server.isProven = true
        }
    }

    func finishCheckpoint(_ member: Int, _ generation: Int) {
        let own = members[member]
        guard !own.server.commitSet.voters.isEmpty else { return }
        own.server.isProven = true
    }

    // MARK: Promotion

    func promote(_ member: Int, _ permit: PromotionPermit) {
        let own = members[member]
        own.volume.isArmed = false
        closeReceiver(member)
        for stream in own.server.senders { closeSender(stream) }
        own.server.senders = []
        own.server.isPrimary = true
        own.server.replayed = own.volume.end.offset
        own.server.commitSet = own.server.synchronous
        own.server.isProven = true
        own.server.generation += 1
        own.volume.end = history.begin(after: own.volume.end, term: permit.term, owner: member)
        own.server.replayed = own.volume.end.offset
        own.promotedTerm = permit.term
        statistics.promotions += 1
        mix(permit.term)
        say(member, "is promoted for term \(permit.term): \(history.position(own.volume.end))")
        checkPromoted(member, permit)
        note(.promoted, of: member)
        startNoise(member)
    }

    func startNoise(_ member: Int) {
        after(
            random.within(300...4_000) * Span.millisecond,
            .server(member, life: members[member].server.life, .noise))
    }

    /// Checkpoints and lists of running transactions, also while nobody is let in.
    func writeNoise(_ member: Int) {
        let own = members[member]
        guard own.server.isPrimary, own.server.state == .running else { return }
        if !own.server.isFrozen(at: now) {
            append(history.appendNoise(at: own.volume.end.segment), on: member)
        }
        startNoise(member)
    }

    /// The log has grown on its primary.
    func append(_ end: End, on member: Int) {
        members[member].volume.end = end
        members[member].server.replayed = end.offset
        for stream in members[member].server.senders { kick(stream) }
    }

    // MARK: What it tells

    func observation(of member: Int) -> DatabaseObservation {
        let own = members[member]
        switch own.server.state {
        case .down: return own.phase == .running || own.phase == .initialising ? .down : .unknown
        case .starting, .stopping:
            return own.server.isFrozen(at: now) ? .unresponsive : .starting
        case .running: break
        }
        if own.server.isFrozen(at: now) { return .unresponsive }
        return own.server.isPrimary ? primary(own) : standby(own)
    }

    private func access(_ own: Member) -> Access {
        guard own.server.isClosed else { return .open }
        return hasSessions(on: own.index) ? .uncertain : .closed
    }

    private func primary(_ own: Member) -> DatabaseObservation {
        let open = own.server.senders.filter { $0.isOpenAtUpstream }
        let isShown = open.allSatisfy {
            !$0.hasCaughtUp || $0.synchronous == own.server.synchronous
        }
        let isInForce =
            isShown && own.server.commitSet == own.server.synchronous
            && (own.server.synchronous.voters.isEmpty || own.server.isProven)
        return .primary(
            PrimaryObservation(
                clusterID: own.volume.clusterID, lineage: history.lineage(own.volume.end),
                access: access(own), synchronous: own.server.synchronous,
                isSynchronousInForce: isInForce,
                replicas: open.map { stream in
                    ReplicaConnection(
                        voter: stream.voter, isStreaming: stream.hasCaughtUp,
                        counts: stream.counts && stream.hasCaughtUp,
                        flushedOffset: UInt64(stream.flushed))
                },
                retained: own.volume.isRetaining
                    ? names.filter { $0 != own.name } : [],
                isArmed: own.volume.isArmed))
    }

    private func standby(_ own: Member) -> DatabaseObservation {
        let isStreaming = own.server.receiver != nil
        let isApplied = own.server.replayed >= own.volume.end.offset
        let isFinal =
            own.server.upstream == nil && !isStreaming && isApplied && !own.server.isReplayHeld
        // Without a stream since the start, only what is applied is known (F6).
        let offset = own.server.hasReceived ? own.volume.end.offset : own.server.replayed
        let silence = own.server.receiver.map { Int64((now - $0.heardByStandby) / 1_000) }
        return .standby(
            StandbyObservation(
                clusterID: own.volume.clusterID,
                position: history.position(history.point(on: own.volume.end, offset: offset)),
                isFinal: isFinal, upstream: own.server.upstream.map { names[$0] },
                isStreaming: isStreaming, streamSilenceMilliseconds: silence,
                lagMilliseconds: isApplied ? 0 : 100, isReplayHeld: own.server.isReplayHeld,
                access: access(own), synchronous: own.server.synchronous))
    }
}
