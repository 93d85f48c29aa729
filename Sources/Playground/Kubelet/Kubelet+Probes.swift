import Glibc
import ReplicationCore

/// The database container's probes, which the agent answers.
extension Kubelet {
    /// Keeps the Pod's readiness in step with the agent's word while the database runs.
    func watchReadiness() async {
        while !Task.isCancelled {
            if let database = processes[.database] {
                let isReady = await probe.get("/ready", timeout: Limits.readinessTimeout)
                if processes[.database]?.pid == database.pid, status[.database].isReady != isReady {
                    update { $0[.database].isReady = isReady }
                }
                await report()
                await pause(Limits.readinessPeriod)
            } else {
                await pause(Limits.poll)
            }
        }
    }

    /// Kills the database when the agent has said so often enough, or has not answered.
    func watchLiveness() async {
        var failures = 0
        var watched: pid_t?
        while !Task.isCancelled {
            guard let database = processes[.database], !isStopping else {
                await pause(Limits.poll)
                continue
            }
            if watched != database.pid {
                watched = database.pid
                failures = 0
            }
            // The first probe comes a period after the start, as with the kubelet.
            await pause(specification.timing.probePeriod)
            guard processes[.database]?.pid == watched, !isStopping else { continue }
            let isAlive = await probe.get(
                "/database/alive", timeout: specification.timing.probeTimeout)
            failures = isAlive ? 0 : failures + 1
            if failures >= specification.timing.probeFailureThreshold {
                failures = 0
                await killForLiveness(database)
            }
        }
    }

    /// The liveness kill: the preStop hook within the probe's own grace period, the signal, and
    /// SIGKILL after what is left of the grace, but not before the kubelet's minimum.
    private func killForLiveness(_ database: ContainerProcess) async {
        journal.note(name, "the liveness probe failed; the database is killed")
        let deadline = ContinuousClock.now + Limits.livenessGrace
        _ = await probe.get("/database/prestop", timeout: Limits.livenessGrace)
        await database.end(
            signal: specification.stopSignal, grace: max(Limits.minimumGrace, deadline - .now))
    }
}
