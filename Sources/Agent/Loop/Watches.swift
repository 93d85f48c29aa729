import AgentHTTP
import EngineKit
import KubernetesClient
import Logging
import ReplicationCore

/// Asks the database, and while it does not run the volume, at the loop's pace.
struct DatabaseWatch: Sendable {
    let engine: any DatabaseEngine
    let inspector: DirectoryInspector
    let alarm: Alarm
    let loop: AgentLoop

    /// Looks until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await ringOnDisconnect() }
            var wasRunning = false
            while !Task.isCancelled {
                let askedAt = MonotonicClock.now()
                let seen = await engine.observe()
                // While it runs, nobody but this agent changes the volume's own state.
                if !seen.isRunning || !wasRunning {
                    let finding = await inspector.inspect()
                    let isDown = seen == .down
                    await loop.post(
                        .directoryInspected(finding.directory, isDown ? finding.stopped : nil))
                }
                wasRunning = seen.isRunning
                await loop.post(.databaseObserved(seen, askedAt: askedAt))
                await alarm.wait(upTo: await loop.look)
            }
            group.cancelAll()
        }
    }

    private func ringOnDisconnect() async {
        while !Task.isCancelled {
            await engine.waitForDisconnect()
            alarm.ring()
            do {
                try await Task.sleep(for: AgentLimits.disconnectPause)
            } catch {
                return
            }
        }
    }
}

/// Asks one peer's agent at the loop's pace.
struct PeerWatch: Sendable {
    let member: String
    let client: PeerClient
    let alarm: Alarm
    let loop: AgentLoop

    /// Asks until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            let askedAt = MonotonicClock.now()
            switch await client.report() {
            case .success(let report) where report.member == member:
                await loop.post(.peerReported(report, askedAt: askedAt))
            case .success, .failure:
                await loop.post(.peerSilent(member))
            }
            await alarm.wait(upTo: await loop.look)
        }
    }
}

/// Follows the Lease.
struct LeaseWatch: Sendable {
    let client: KubernetesClient
    let keeper: LeaseKeeper
    let name: String
    let loop: AgentLoop
    let logger: Logger

    /// Follows until the task is cancelled.
    func run() async {
        let said = Repetition()
        for await event in client.watchLease(named: name) {
            switch event {
            case .snapshot(let leases):
                said.clear(name)
                let lease = leases.first { $0.metadata.name == name }
                await loop.post(.leaseObserved(lease.flatMap(keeper.translate)))
            case .changed(let lease):
                guard let value = keeper.translate(lease) else { continue }
                await loop.post(.leaseObserved(value))
            case .removed:
                await loop.post(.leaseObserved(nil))
            case .disconnected(let why):
                if said.isNew("\(why)", of: name) {
                    logger.info("the watch of the Lease broke", metadata: ["failure": "\(why)"])
                }
                await loop.post(.leaseUnreachable)
            }
        }
    }
}

/// Follows the cluster's Pods.
struct PodWatch: Sendable {
    let client: KubernetesClient
    let selector: String
    let roleLabel: String
    let loop: AgentLoop

    /// Follows until the task is cancelled.
    func run() async {
        var pods: [String: PodView] = [:]
        for await event in client.watchPods(selector: selector) {
            switch event {
            case .snapshot(let list):
                pods = Dictionary(
                    list.compactMap(view).map { ($0.name, $0) },
                    uniquingKeysWith: { _, last in last })
            case .changed(let pod):
                if let view = view(pod) { pods[view.name] = view }
            case .removed(let pod):
                if pods[pod.metadata.name]?.uid == pod.metadata.uid {
                    pods[pod.metadata.name] = nil
                }
            case .disconnected:
                continue
            }
            await loop.post(.podsObserved(pods.values.sorted { $0.name < $1.name }))
        }
    }

    private func view(_ pod: Pod) -> PodView? {
        guard let uid = pod.metadata.uid else { return nil }
        return PodView(
            name: pod.metadata.name, uid: uid, role: pod.metadata.labels[roleLabel],
            status: pod.metadata.labels["understudy.dev/state"],
            term: pod.metadata.labels["understudy.dev/term"],
            isTerminating: pod.metadata.deletionTimestamp != nil)
    }
}
