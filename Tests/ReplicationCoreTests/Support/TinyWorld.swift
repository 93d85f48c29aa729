@testable import ReplicationCore

/// The least world around one member: every effect succeeds at once, and is then seen.
struct TinyWorld {
    var supervisor: Supervisor
    var now = Build.now
    var version = 1000
    var stopped: StoppedDatabase?
    /// The effects so far, but for renewals.
    var effects: [Effect] = []
    /// Whether the Pod was restarted, which ends the agent.
    var hasEnded = false

    init(_ observation: Observation) {
        supervisor = Supervisor(observation: observation)
        stopped = observation.stopped
    }

    /// Steps until nothing is begun but renewals, for so long that a replica loses its grace; false
    /// when that is never reached.
    mutating func settle() -> Bool {
        var quiet = 0
        for _ in 0..<400 {
            let begun = step()
            quiet = begun ? 0 : quiet + 1
            if quiet > 120 || hasEnded { return true }
        }
        return false
    }

    private mutating func step() -> Bool {
        now = now + .milliseconds(100)
        keepPeersFresh()
        var queue = supervisor.handle(.tick, at: now)
        queue += supervisor.handle(.databaseObserved(supervisor.observation.database), at: now)
        var hasBegun = false
        var count = 0
        while !queue.isEmpty, count < 20 {
            count += 1
            let effect = queue.removeFirst()
            if !isRenewal(effect) {
                effects.append(effect)
                hasBegun = true
            }
            for event in perform(effect) { queue += supervisor.handle(event, at: now) }
        }
        return hasBegun
    }

    private mutating func keepPeersFresh() {
        for peer in supervisor.observation.peers.values {
            _ = supervisor.handle(.peerReported(peer.report, askedAt: now), at: now)
        }
    }

    /// Whether it is what a quiet member does, too: it renews, and a holder asks for promises.
    private func isRenewal(_ effect: Effect) -> Bool {
        if case .requestPromise = effect { return true }
        if effect == .readLease { return true }
        guard case .writeLease(let write) = effect else { return false }
        let known = supervisor.observation.lease
        return write.holder == known.value?.holder && write.term == known.term
            && write.record.master == known.record?.master
            && write.record.synchronous == known.record?.synchronous
    }

    private mutating func perform(_ effect: Effect) -> [Event] {
        switch effect {
        case .writeLease(let write):
            version += 1
            let value = Build.value(
                holder: write.holder, term: write.term, version: version, renewal: "\(version)",
                .readable(write.record))
            return [.leaseWritten(value, sentAt: now)]
        case .readLease:
            return [.effectEnded(effect, failure: nil)]
        case .restartPod:
            hasEnded = true
            return []
        case .requestPromise(let member, let request):
            guard let peer = supervisor.observation.peers[member] else {
                return [.effectEnded(effect, failure: "silent")]
            }
            return [.peerAnswered(peer.report, to: request, askedAt: now)]
        case .mark, .persist:
            return [.effectEnded(effect, failure: nil)]
        case .promote, .open, .openForReads, .close, .follow, .setSynchronous, .prepareFollowers,
            .stopDatabase:
            let after = changed(supervisor.observation.database, by: effect)
            return [.effectEnded(effect, failure: nil)]
                + (after == .down
                    ? [.directoryInspected(supervisor.observation.directory, stopped)] : [])
                + [.databaseObserved(after)]
        }
    }

    private mutating func changed(
        _ database: DatabaseObservation, by effect: Effect
    ) -> DatabaseObservation {
        switch database {
        case .standby(let standby): return changed(standby, by: effect)
        case .primary(let primary): return changed(primary, by: effect)
        case .unknown, .down, .starting, .unresponsive, .unusable: return database
        }
    }

    private func changed(
        _ standby: StandbyObservation, by effect: Effect
    ) -> DatabaseObservation {
        var standby = standby
        switch effect {
        case .promote(let permit):
            let tip = Position(
                branch: standby.position.branch + 1, offset: standby.position.offset + 10)
            let voters = permit.synchronous.voters.map { voter in
                ReplicaConnection(
                    voter: voter, isStreaming: true, counts: true, flushedOffset: tip.offset)
            }
            return .primary(
                Build.primary(
                    tip: tip, access: .closed, permit.synchronous, replicas: voters,
                    retained: []))
        case .close: standby.access = .closed
        case .openForReads, .open: standby.access = .open
        case .follow(let upstream):
            standby.upstream = upstream
            standby.isStreaming = upstream != nil
            standby.isFinal = upstream == nil
        case .stopDatabase: return .down
        case .writeLease, .readLease, .mark, .persist, .setSynchronous, .prepareFollowers,
            .restartPod,
            .requestPromise:
            break
        }
        return .standby(standby)
    }

    private mutating func changed(
        _ primary: PrimaryObservation, by effect: Effect
    ) -> DatabaseObservation {
        var primary = primary
        switch effect {
        case .open, .openForReads: primary.access = .open
        case .close: primary.access = .closed
        case .setSynchronous(let set): primary.synchronous = set
        case .prepareFollowers(let members):
            primary.retained = members
            primary.isArmed = true
        case .stopDatabase(let isUrgent):
            stopped = StoppedDatabase(
                clusterID: primary.clusterID, isClean: !isUrgent, wasPrimary: true,
                position: primary.lineage.tip)
            return .down
        case .promote, .follow, .writeLease, .readLease, .mark, .persist, .restartPod,
            .requestPromise:
            break
        }
        return .primary(primary)
    }
}
