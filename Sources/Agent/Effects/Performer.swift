import AgentConfiguration
import AgentHTTP
import EngineKit
import KubernetesClient
import ReplicationCore

/// Performs effects. Dumb by design: what may be done was decided, and is asked once more for what
/// is dangerous.
struct Performer: Sendable {
    let engine: any DatabaseEngine
    let client: KubernetesClient
    let keeper: LeaseKeeper
    let stateFile: MemberStateFile
    /// Who is asked for promises, by the member's name.
    let peers: [String: PromiseClient]
    let configuration: AgentConfiguration
    let reporter: Reporter
    let requestRestart: @Sendable () -> Void

    /// Performs an effect and returns the events that tell how it ended.
    func perform(_ effect: Effect, in loop: AgentLoop) async -> [Event] {
        let begun = MonotonicClock.now()
        switch effect {
        case .writeLease(let write):
            return await keeper.write(write)
        case .readLease:
            return [await keeper.read(), .effectEnded(effect, failure: nil)]
        case .requestPromise(let member, let request):
            return [await ask(member, request, at: begun)]
        case .mark, .persist, .promote, .open, .openForReads, .close, .follow, .setSynchronous,
            .prepareFollowers, .stopDatabase, .restartPod:
            break
        }
        guard await loop.permits(effect) else {
            return [.effectEnded(effect, failure: "the permit has run out")]
        }
        do {
            try await attempt(effect, in: loop)
            reporter.note(done: effect, after: MonotonicClock.now() - begun)
            return [.effectEnded(effect, failure: nil)]
        } catch {
            reporter.note(failed: effect, "\(error)")
            return [.effectEnded(effect, failure: "\(error)")]
        }
    }

    private func attempt(_ effect: Effect, in loop: AgentLoop) async throws {
        switch effect {
        case .writeLease, .readLease, .requestPromise:
            // They end with events of their own.
            break
        case .mark(let pod, let uid, let marks):
            try await mark(pod, uid, marks)
        case .persist(let state):
            try await stateFile.write(state)
        case .promote(let permit):
            try await engine.promote(permit)
        case .open, .openForReads:
            try await engine.setAccess(.open)
        case .close:
            try await engine.setAccess(.closed)
        case .follow(let member):
            guard let voter = await loop.observation.voter else {
                throw EngineError(.configuration, "the member's own state is not readable")
            }
            try await engine.follow(member.flatMap(configuration.donor), as: voter)
        case .setSynchronous(let set):
            try await engine.setSynchronous(set)
        case .prepareFollowers(let members):
            try await engine.prepareFollowers(members)
        case .stopDatabase(let urgent):
            try await engine.stop(urgent ? .immediate : .orderly)
        case .restartPod:
            requestRestart()
        }
    }

    /// Asks a peer for a promise. Whether it gave one is in its report.
    private func ask(
        _ member: String, _ request: PromiseRequest, at askedAt: Instant
    ) async -> Event {
        let effect = Effect.requestPromise(of: member, request)
        guard let peer = peers[member] else {
            return .effectEnded(effect, failure: "\(member) is no member of this cluster")
        }
        switch await peer.ask(request) {
        case .success(let report):
            reporter.note(done: effect, after: MonotonicClock.now() - askedAt)
            return .peerAnswered(report, to: request, askedAt: askedAt)
        case .failure(let error):
            reporter.note(failed: effect, "\(error)")
            return .effectEnded(effect, failure: "\(error)")
        }
    }

    private func mark(_ pod: String, _ uid: String, _ marks: PodMarks) async throws {
        do throws(KubernetesError) {
            try await client.patchPod(
                named: pod, uid: uid,
                labels: [
                    configuration.cluster.roleLabel: marks.role?.rawValue,
                    "understudy.dev/state": marks.status.rawValue,
                    "understudy.dev/term": marks.role == nil ? nil : "\(marks.term)",
                ],
                timeout: AgentLimits.patchTimeout)
        } catch {
            // Where the Pod is gone, its labels are gone with it.
            if error.code != .notFound { throw error }
        }
    }
}

extension AgentConfiguration {
    /// A member by name as one to copy from or to follow; nil if it is none of this cluster.
    func donor(_ member: String) -> Donor? {
        (0..<cluster.members)
            .first { memberName(ordinal: $0) == member }
            .map { ordinal in
                Donor(
                    member: member, host: peerAddress(ordinal: ordinal),
                    port: network.databasePort)
            }
    }
}
