import KubernetesClient
import Logging
import ReplicationCore
import Synchronization

/// Says each change of a decision once: a line in the log, and an Event on the Pod for what people
/// should see.
final class Reporter: Sendable {
    private let logger: Logger
    private let identity: Identity
    private let queue: AsyncStream<PodEvent>.Continuation
    private let saidAt = Mutex<[String: Instant]>([:])
    /// Why peers could not be asked, by member: said once, not at every attempt.
    private let silence = Repetition()

    /// The Events to create; more than a few waiting are dropped, the newest first.
    let events: AsyncStream<PodEvent>

    init(identity: Identity, logger: Logger) {
        self.identity = identity
        self.logger = logger
        (events, queue) = AsyncStream.makeStream(
            of: PodEvent.self, bufferingPolicy: .bufferingOldest(AgentLimits.waitingEvents))
    }

    /// Notes what has changed from one decision to the next.
    func note(_ decision: Decision, after before: Decision, _ observation: Observation) {
        let isSame =
            decision.status == before.status && decision.role == before.role
            && decision.reasons == before.reasons
        guard !isSame else { return }
        logger.info(
            "decision changed",
            metadata: [
                "status": "\(decision.status.rawValue)",
                "role": "\(decision.role?.rawValue ?? "none")",
                "reasons": "\(decision.reasons.map(\.rawValue).joined(separator: ","))",
                "term": "\(observation.lease.term)",
                "position": "\(observation.position?.position.description ?? "none")",
            ])
        for reason in decision.reasons where !before.reasons.contains(reason) {
            tell(reason, of: decision)
        }
        if decision.role == .master, before.role != .master {
            tell(.opened, of: decision)
        }
        if decision.status == .replica, before.status != .replica {
            tell(.following, of: decision)
        }
    }

    /// Notes an effect that failed.
    func note(failed effect: Effect, _ failure: String) {
        if case .requestPromise(let member, _) = effect,
            !silence.isNew(failure, of: member)
        {
            return
        }
        logger.warning(
            "effect failed",
            metadata: ["effect": "\(effect.name)", "failure": "\(failure)"])
    }

    /// Notes an effect that was done.
    func note(done effect: Effect, after duration: Duration) {
        switch effect {
        case .writeLease, .readLease, .mark: return
        case .requestPromise(let member, _): silence.clear(member)
        case .persist, .promote, .open, .openForReads, .close, .follow, .setSynchronous,
            .prepareFollowers, .stopDatabase, .restartPod:
            logger.info(
                "effect done",
                metadata: [
                    "effect": "\(effect.name)", "milliseconds": "\(duration.wholeMilliseconds)",
                ])
        }
    }

    /// Notes that an annotation of the Lease could not be understood.
    func note(malformedRequest sentence: String) {
        logger.warning("a request was ignored", metadata: ["failure": "\(sentence)"])
        tell(
            "RequestMalformed", sentence, kind: .warning,
            action: "none")
    }

    private func tell(_ reason: Reason, of decision: Decision) {
        guard let sentence = Reporter.sentence(for: reason) else { return }
        tell(
            reason.rawValue, sentence, kind: reason.isGood ? .normal : .warning,
            action: decision.status.rawValue)
    }

    private func tell(
        _ reason: String, _ sentence: String, kind: PodEvent.Kind, action: String
    ) {
        let now = MonotonicClock.now()
        let isDue = saidAt.withLock { saidAt in
            if let last = saidAt[reason], now - last < AgentLimits.eventRepeat { return false }
            saidAt[reason] = now
            return true
        }
        guard isDue else { return }
        queue.yield(
            PodEvent(
                pod: identity.member, uid: identity.podUID, kind: kind, reason: reason,
                action: action, note: sentence, controller: "understudy.dev/agent"))
    }

    /// What people should know of a reason; nil for what passes in every start and failover.
    private static func sentence(for reason: Reason) -> String? {
        switch reason {
        case .opened: "open for writes as master"
        case .following: "streams from the master"
        case .handover: "hands over to another member before it ends"
        case .databaseLost: "the database is down; another member takes over"
        case .aloneNoFailover: "no replica acknowledges: if this member is lost, nobody takes over"
        case .unexpectedPrimary: "the database was writable without the right to be: it is fenced"
        case .fenced: "fenced: the Lease could not be renewed in time"
        case .leaseLost: "another member took the Lease"
        case .diverged: "the data has a tail that the master lacks"
        case .rejoinUnsafe: "the tail is kept: taking it back is not proven to be safe"
        case .foreignData: "the data belongs to another cluster; nothing was touched"
        case .unmarkedData: "the data directory holds data that is not this cluster's"
        case .dataUnsupported: "the data is of a version, or made in a way, that is not known"
        case .stateUnreadable: "the member's own state on the volume is unreadable"
        case .recordUnreadable: "the record on the Lease is missing or damaged"
        case .databaseUnusable: "the database answers, but cannot be tended"
        case .databaseUnresponsive: "the database does not answer"
        case .noProof: "held the Lease without proof that it lacks nothing; gave it up"
        case .lagTooGreat: "too far behind the last master to be promoted"
        case .replayHeld: "replay is paused or delayed by hand"
        case .apiUnreachable: "the Kubernetes API does not answer"
        case .switchoverRefused: "a switchover was asked for, and its target cannot take over"
        case .forcedPromotion: "a person forces the promotion of this member"
        case .recordRestored: "the record on the Lease was lost; the master writes it anew"
        case .paused: "paused by a person: no election, no handover, no rejoin"
        case .unknown, .leaseUnknown, .leaseHeldByOther, .leaseExpired, .releasing,
            .leaseNotExpired,
            .peersSilent,
            .notInitialiser, .noDonor, .agentSilent, .dataDirectoryEmpty, .cloneInterrupted,
            .rewindFailed,
            .behindPeer, .notVoter, .promisesMissing, .databaseDown, .databaseStarting,
            .notStreaming, .catchingUp, .promised, .waitingForVoters, .terminating, .promoted,
            .initialised, .adopted, .restarting, .synchronousSetChanged, .hearsMaster, .failsafe,
            .switchoverWaiting:
            nil
        }
    }
}

extension Reason {
    /// Whether it is a matter of course and no warning.
    fileprivate var isGood: Bool {
        self == .opened || self == .following || self == .handover
    }
}

extension Effect {
    /// A word for logs.
    var name: String {
        switch self {
        case .writeLease(let write): write.holder.isEmpty ? "releaseLease" : "writeLease"
        case .readLease: "readLease"
        case .mark(let pod, _, let marks): "mark \(pod) \(marks.role?.rawValue ?? "none")"
        case .persist: "persist"
        case .promote: "promote"
        case .open: "open"
        case .openForReads: "openForReads"
        case .close: "close"
        case .follow(let member): "follow \(member ?? "nobody")"
        case .setSynchronous(let set):
            "setSynchronous \(set.required) of [\(set.voters.map(\.member).joined(separator: ","))]"
        case .prepareFollowers: "prepareFollowers"
        case .stopDatabase(let urgent): urgent ? "stopDatabase now" : "stopDatabase in order"
        case .restartPod: "restartPod"
        case .requestPromise(let member, let request):
            "requestPromise \(request.purpose.rawValue) of \(member)"
        }
    }
}
