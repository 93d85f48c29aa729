import ReplicationCore

/// What the servers' replication settings say.
enum ReplicationTimes {
    static let timeout = 5 * Span.second
    static let housekeeping = 500 * Span.millisecond
    static let retry = 200 * Span.millisecond
}

extension World {
    // MARK: Connections

    /// Keepalives, timeouts, and new connections of one member.
    func keepReplication(_ member: Int) {
        after(ReplicationTimes.housekeeping, .replication(member))
        let own = members[member]
        guard own.server.state == .running || own.server.state == .stopping,
            !own.server.isFrozen(at: now)
        else { return }
        if own.server.isReplayHeld, now >= own.server.replayHeldUntil {
            own.server.isReplayHeld = false
            replayLater(member)
        }
        if let receiver = own.server.receiver {
            keep(receiver, of: own)
        } else if !own.server.isPrimary, own.server.state == .running {
            connect(own)
        }
        let isLate = own.server.senders.contains {
            now - $0.heardByUpstream > ReplicationTimes.timeout
        }
        guard isLate else { return }
        for stream in own.server.senders
        where now - stream.heardByUpstream > ReplicationTimes.timeout { closeSender(stream) }
        own.server.senders.removeAll { !$0.isOpenAtUpstream }
    }

    private func keep(_ stream: Stream, of own: Member) {
        let upstream = members[stream.upstream]
        let isPassing = network.passesBothWays(stream.upstream, own.index, at: now)
        if isPassing, !stream.isOpenAtUpstream { return closeReceiver(own.index) }
        if isPassing, !upstream.server.isFrozen(at: now) {
            stream.hear(at: now)
            stream.heardByUpstream = now
            kick(stream)
        } else if now - stream.heardByStandby > ReplicationTimes.timeout {
            closeReceiver(own.index)
        }
    }

    /// A standby connects by name to whatever runs there. The servers compare branches and offsets
    /// alone; here it can be told whether the data is really of one history.
    private func connect(_ own: Member) {
        guard let source = own.server.upstream, source != own.index else { return }
        let upstream = members[source]
        guard upstream.server.state == .running, !upstream.server.isFrozen(at: now),
            network.passesBothWays(own.index, source, at: now),
            own.server.replayed >= own.volume.end.offset || own.server.isReplayHeld,
            upstream.volume.clusterID == own.volume.clusterID,
            let voter = own.volume.application
        else { return }
        let lineage = history.lineage(upstream.volume.end)
        switch lineage.order(of: history.position(own.volume.end)) {
        case .equal, .behind: break
        case .ahead, .diverged: return
        }
        if !history.isAncestor(own.volume.end, of: upstream.volume.end) {
            return violate(
                "I10", "\(own.name) streams over another history from \(upstream.name)")
        }
        let stream = Stream(
            standby: own.index, upstream: source, standbyLife: own.server.life,
            upstreamLife: upstream.server.life, voter: voter,
            synchronous: upstream.server.synchronous, at: now)
        // The same member's earlier connection ends: its slot is one.
        for old in upstream.server.senders where old.standby == own.index { closeSender(old) }
        upstream.server.senders.removeAll { !$0.isOpenAtUpstream }
        own.server.receiver = stream
        upstream.server.senders.append(stream)
        say(own.index, "streams from \(upstream.name)")
        kick(stream)
    }

    /// The standby's side ends; the other notices at once where the network lets it.
    func closeReceiver(_ member: Int) {
        guard let stream = members[member].server.receiver else { return }
        members[member].server.receiver = nil
        stream.isOpenAtStandby = false
        if network.passes(member, stream.upstream, at: now), stream.isOpenAtUpstream {
            stream.isOpenAtUpstream = false
            members[stream.upstream].server.senders.removeAll { $0 === stream }
        }
    }

    /// The upstream's side ends. The caller takes it out of the list.
    func closeSender(_ stream: Stream) {
        stream.isOpenAtUpstream = false
        if stream.isOpenAtStandby, network.passes(stream.upstream, stream.standby, at: now) {
            stream.isOpenAtStandby = false
            members[stream.standby].server.receiver = nil
        }
    }

    // MARK: Data

    /// Sees to it that what the upstream has goes on its way.
    func kick(_ stream: Stream) {
        guard !stream.isPumpDue, stream.isOpenAtStandby, stream.isOpenAtUpstream else { return }
        stream.isPumpDue = true
        after(replicationDelay(to: stream.standby), .stream(stream, .pump))
    }

    private func replicationDelay(to standby: Int) -> Int {
        let hindered = members[standby].hindered
        if now < hindered.streamUntil { return hindered.streamDelay }
        return now < networkSlowUntil
            ? random.within(1_000...networkDelay) : random.skewed(500...15_000)
    }

    /// Data arrives at the standby, is flushed there, and is told back.
    func pump(_ stream: Stream) {
        stream.isPumpDue = false
        let (own, upstream) = (members[stream.standby], members[stream.upstream])
        guard stream.isOpenAtStandby, stream.isOpenAtUpstream, own.server.receiver === stream,
            own.server.life == stream.standbyLife, upstream.server.life == stream.upstreamLife
        else { return }
        guard network.passes(stream.upstream, stream.standby, at: now),
            !own.server.isFrozen(at: now), !upstream.server.isFrozen(at: now)
        else {
            // Housekeeping goes on with it once it may.
            return
        }
        let end = upstream.volume.end
        guard history.isAncestor(own.volume.end, of: end) else {
            return violate("I10", "\(own.name) receives another history from \(upstream.name)")
        }
        stream.hear(at: now)
        let missing = end.offset - own.volume.end.offset
        if missing > 0 {
            let count = missing > 3 && random.chance(200) ? random.within(1...missing) : missing
            if isSabotaged(.acknowledgeBeforeFlush) { own.volume.durableEnd = own.volume.end }
            own.volume.end = history.point(on: end, offset: own.volume.end.offset + count)
            own.server.hasReceived = true
            replayLater(stream.standby)
            for below in own.server.senders { kick(below) }
            if count < missing { kick(stream) }
        } else {
            own.server.hasReceived = true
        }
        after(
            replicationDelay(to: stream.standby), .stream(stream, .flushed(own.volume.end.offset)))
    }

    func replayLater(_ member: Int) {
        let own = members[member]
        guard !own.server.isReplayDue, own.server.replayed < own.volume.end.offset else { return }
        own.server.isReplayDue = true
        after(
            random.skewed(1_000...60_000),
            .server(member, life: own.server.life, .replay))
    }

    func replay(_ member: Int) {
        let own = members[member]
        own.server.isReplayDue = false
        guard own.server.state == .running, !own.server.isPrimary else { return }
        if own.server.isReplayHeld, now >= own.server.replayHeldUntil {
            own.server.isReplayHeld = false
        }
        let isHindered =
            own.server.isReplayHeld || now < own.hindered.replayUntil
            || own.server.isFrozen(at: now)
        if isHindered {
            own.server.isReplayDue = true
            return after(
                ReplicationTimes.retry, .server(member, life: own.server.life, .replay))
        }
        own.server.replayed = own.volume.end.offset
    }

    // MARK: Acknowledgements

    /// A standby's word arrives at the primary.
    func takeFlush(_ stream: Stream, _ offset: Int) {
        let upstream = members[stream.upstream]
        guard stream.isOpenAtUpstream, upstream.server.life == stream.upstreamLife else { return }
        if upstream.server.isFrozen(at: now) {
            return queue.push(.stream(stream, .flushed(offset)), at: upstream.server.frozenUntil)
        }
        guard network.passes(stream.standby, stream.upstream, at: now) else { return }
        stream.heardByUpstream = now
        stream.flushed = max(stream.flushed, offset)
        if stream.flushed >= upstream.volume.end.offset { stream.hasCaughtUp = true }
        if stream.hasCaughtUp, stream.counts { release(stream.upstream, by: stream.synchronous) }
    }

    /// Lets the commits go that enough of the counting streams have flushed, as the process that
    /// heard the last of them knows the settings.
    private func release(_ member: Int, by set: SynchronousSet) {
        let own = members[member]
        guard !own.server.waiting.isEmpty, set.required > 0 else { return }
        var flushed: [Int] = []
        for stream in own.server.senders
        where stream.isOpenAtUpstream && stream.hasCaughtUp && stream.counts
            && set.voters.contains(stream.voter)
        {
            flushed.append(stream.flushed)
        }
        guard flushed.count >= set.required else { return }
        flushed.sort(by: >)
        let safe = flushed[set.required - 1]
        while let first = own.server.waiting.first, first.offset <= safe {
            own.server.waiting.removeFirst()
            acknowledge(first, on: member)
        }
    }

    /// The settings name nobody any more: nobody is waited for.
    func releaseAll(_ member: Int) {
        guard isServing(member) else { return }
        let waiting = members[member].server.waiting
        members[member].server.waiting = []
        for item in waiting { acknowledge(item, on: member) }
    }
}
