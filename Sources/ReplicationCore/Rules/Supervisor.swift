/// The sidecar's whole mind: folds each event into its ``Observation``, decides, and hands out the
/// effects whose resources are free. The shell performs them and feeds back how each ended.
public struct Supervisor: Sendable {
    /// All that is known.
    public private(set) var observation: Observation
    /// What follows from it.
    public private(set) var decision: Decision
    private var busy: Set<Effect.Resource> = []
    private var notBefore: [Effect.Resource: Instant] = [:]
    private var needsObservation: Set<Effect.Resource> = []
    private var databaseEffectEndedAt: Instant?

    /// A supervisor that knows nothing yet.
    public init(identity: Identity, settings: ClusterSettings, startedAt: Instant) {
        observation = Observation(identity: identity, settings: settings, startedAt: startedAt)
        decision = Decision(status: .starting, pace: .urgent)
    }

    /// A supervisor that knows that much.
    init(observation: Observation) {
        self.observation = observation
        decision = Decision(status: .starting, pace: .urgent)
    }

    /// The verdicts for the HTTP interface.
    public func health(at now: Instant) -> HealthReport {
        ReplicationCore.health(observation, decision, at: now)
    }

    /// Takes in an event and answers with the effects to begin now. Each must be answered by an
    /// ``Event/effectEnded(_:failure:)``, or for a Lease write by one of its own events.
    public mutating func handle(_ event: Event, at now: Instant) -> [Effect] {
        guard !isOutdated(event) else { return [] }
        settle(event, at: now)
        observation.fold(event, at: now)
        decision = decide(observation, at: now)
        if decision.role == .replica, decision.status == .replica {
            observation.wasReplicaAt = now
        }
        if decision.role == .master, decision.status == .master {
            observation.wasMasterAt = now
        }
        var begun: [Effect] = []
        for effect in decision.effects where isFree(effect.resource, at: now) {
            busy.insert(effect.resource)
            observation.note(begun: effect, decision, at: now)
            begun.append(effect)
        }
        return begun
    }

    /// Whether an effect is still permitted: asked by the shell right before it acts.
    public func permits(_ effect: Effect, at now: Instant) -> Bool {
        let lease = observation.lease
        switch effect {
        case .promote(let permit):
            return lease.term == permit.term && observation.voter == permit.voter
                && lease.isValid(for: observation.identity, at: now, margin: .seconds(1))
                && (observation.otherMasters.isEmpty || !observation.upholds(.labelsOffOthers))
        case .open(let permit):
            return lease.term == permit.term && observation.shutdown == .none
                && lease.isValid(for: observation.identity, at: now, margin: .seconds(1))
        case .writeLease, .readLease, .mark, .persist, .openForReads, .close, .follow,
            .setSynchronous,
            .prepareFollowers, .stopDatabase, .restartPod, .requestPromise:
            return true
        }
    }

    /// Whether a look at the database began before an effect on it ended: it may show what was
    /// before, and what rests on the effect would be decided on that.
    private func isOutdated(_ event: Event) -> Bool {
        switch event {
        case .databaseObserved(_, let askedAt?):
            return databaseEffectEndedAt.map { askedAt < $0 } ?? false
        case .databaseObserved, .tick, .directoryInspected, .leaseObserved, .leaseUnreachable,
            .podsObserved, .peerReported, .peerSilent, .leaseWritten, .leaseWriteFailed,
            .effectEnded, .shutdownRequested, .promiseRequested, .peerAnswered:
            return false
        }
    }

    private func isFree(_ resource: Effect.Resource, at now: Instant) -> Bool {
        !busy.contains(resource) && !needsObservation.contains(resource)
            && (notBefore[resource].map { now >= $0 } ?? true)
    }

    /// Frees the resources whose effects ended, and holds back what failed.
    private mutating func settle(_ event: Event, at now: Instant) {
        switch event {
        case .effectEnded(let effect, let failure):
            busy.remove(effect.resource)
            if failure != nil {
                notBefore[effect.resource] = now + RuleLimits.effectRetry
            }
            switch effect.resource {
            case .database, .followers, .fence:
                needsObservation.insert(effect.resource)
                databaseEffectEndedAt = now
            case .leaseReading: notBefore[.leaseReading] = now + RuleLimits.leaseReading
            case .lease, .pod, .volume, .process, .peer: break
            }
        case .leaseWritten:
            busy.remove(.lease)
        case .leaseWriteFailed:
            busy.remove(.lease)
            notBefore[.lease] = now + RuleLimits.leaseRetry
        case .peerAnswered(let report, _, _):
            busy.remove(.peer(report.member))
            notBefore[.peer(report.member)] = now + RuleLimits.promiseRetry
        case .databaseObserved:
            needsObservation.subtract([.database, .followers, .fence])
        case .tick, .directoryInspected, .leaseObserved, .leaseUnreachable, .podsObserved,
            .peerReported, .peerSilent, .shutdownRequested, .promiseRequested:
            break
        }
    }
}
