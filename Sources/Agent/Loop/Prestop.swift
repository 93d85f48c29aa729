import AgentConfiguration
import KubernetesClient
import ReplicationCore

/// The database's preStop hook: hands over before the database gets its signal. The kubelet calls
/// it for a liveness kill too, so it acts only when the Pod is being deleted, and answers at once
/// otherwise.
struct Prestop: Sendable {
    let loop: AgentLoop
    let client: KubernetesClient
    let identity: Identity

    /// Returns when the database may be stopped.
    func run() async {
        guard await isBeingDeleted() else { return }
        await loop.post(.shutdownRequested)
        let begun = MonotonicClock.now()
        while !Task.isCancelled {
            let observation = await loop.observation
            if !observation.lease.isHeld(by: identity) { return }
            let hasBegun = await loop.decision.reasons.contains(.handover)
            let waited = MonotonicClock.now() - begun
            if !hasBegun, observation.database.isRunning, waited > AgentLimits.handoverStart {
                return
            }
            do {
                try await Task.sleep(for: AgentLimits.innerLook)
            } catch {
                return
            }
        }
    }

    private func isBeingDeleted() async -> Bool {
        let seen = await loop.observation.pods?[identity.member]
        if let seen, seen.uid == identity.podUID, seen.isTerminating { return true }
        // The watch may be behind the kubelet, which acts on the deletion at once.
        do {
            let pod = try await client.pod(
                named: identity.member, timeout: AgentLimits.patchTimeout)
            guard let pod, pod.metadata.uid == identity.podUID else { return false }
            return pod.metadata.deletionTimestamp != nil
        } catch {
            return false
        }
    }
}
