import Glibc

/// One machine with its kubelet, and what the StatefulSet's controller does for the one Pod on it.
///
/// It keeps the Pod of one ordinal alive: agent, then init, then the database; restarts with
/// back-off, probes, termination in order, a new Pod after a deletion.
actor Kubelet {
    /// Why the containers of a Pod stop running for now.
    enum PodEnd {
        /// The agent asked for init: the same Pod from its beginning.
        case restartAll
        /// It was deleted: a new Pod takes its place.
        case deleted
        /// The machine is gone.
        case lost
    }

    nonisolated let specification: MemberSpecification
    let runtime: ContainerRuntime
    let store: any PodStore
    let probe: any AgentProbe
    let journal: Journal

    /// The Pod that the API server knows, whether its machine runs or not.
    private(set) var pod: PodRecord?
    private(set) var status = PodStatus()
    /// The main processes that run now.
    var processes: [ContainerRole: ContainerProcess] = [:]
    /// No container is to be started any more.
    var isStopping = false
    /// The API server has been told to delete the Pod.
    private var isDeletionRequested = false

    private var life: Task<Void, Never>?
    private var end: PodEnd?
    private var endWaiter: CheckedContinuation<Void, Never>?
    private var reported: PodStatus?
    private var isReporting = false

    init(
        _ specification: MemberSpecification, runtime: ContainerRuntime, store: any PodStore,
        probe: any AgentProbe, journal: Journal
    ) {
        self.specification = specification
        self.runtime = runtime
        self.store = store
        self.probe = probe
        self.journal = journal
    }

    nonisolated var name: String { specification.name }

    /// Whether the machine runs.
    var isOn: Bool { life != nil }

    /// Switches the machine on: its Pod is made, or starts again with the same uid.
    func start() {
        guard life == nil else { return }
        isStopping = false
        status.isNodeLost = false
        life = Task { await live() }
    }

    /// Switches the machine off as a power cut does; the Pod stays at the API server. Returns once
    /// nothing runs.
    func lose() async {
        guard let life else { return }
        isStopping = true
        for process in processes.values { process.send(signal: SIGKILL) }
        finish(.lost)
        life.cancel()
        await life.value
        self.life = nil
        update { $0.isNodeLost = true }
    }

    /// Stops everything in order, without a successor. Returns once nothing runs.
    func shutDown() async {
        guard let life else { return }
        isStopping = true
        await endContainers(deadline: .now + Limits.terminationGrace, prestop: false)
        finish(.lost)
        life.cancel()
        await life.value
        self.life = nil
    }

    /// The API server has a deletion timestamp for the Pod with that uid.
    func terminate(uid: String, grace: Duration) async {
        guard pod?.uid == uid, !isDeletionRequested else { return }
        isDeletionRequested = true
        journal.note(name, "the Pod is being deleted")
        guard life != nil, !isStopping else { return }
        isStopping = true
        await endContainers(deadline: .now + grace, prestop: true)
        finish(.deleted)
    }

    // MARK: The Pod's life

    private func live() async {
        while !Task.isCancelled {
            guard let pod = await currentPod() else { return }
            end = nil
            isStopping = false
            await runContainers(of: pod)
            switch end {
            case .restartAll where !isDeletionRequested: continue
            case .restartAll, .deleted:
                journal.note(name, "the Pod is gone; a new one takes its place")
                await untilDone { try await self.store.remove(pod) }
                self.pod = nil
            case .lost, nil: return
            }
        }
    }

    /// The Pod to run: the one that is known, unless it was deleted meanwhile.
    private func currentPod() async -> PodRecord? {
        if let pod {
            if !isDeletionRequested { return pod }
            await untilDone { try await self.store.remove(pod) }
        }
        let wanted = specification.newPod()
        isDeletionRequested = false
        status = PodStatus()
        reported = nil
        await untilDone { self.pod = try await self.store.create(wanted) }
        return Task.isCancelled ? nil : pod
    }

    private func runContainers(of pod: PodRecord) async {
        do {
            try prepareEmptyDirectories()
        } catch {
            journal.note(name, error.message)
        }
        update {
            for role in ContainerRole.allCases {
                $0[role].state = .waiting(reason: "PodInitializing")
                $0[role].isReady = false
            }
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.superviseAgent(of: pod) }
            group.addTask { await self.superviseDatabase(of: pod) }
            group.addTask { await self.watchReadiness() }
            group.addTask { await self.watchLiveness() }
            await waitForEnd()
            group.cancelAll()
        }
    }

    /// The emptyDirs live in memory and as long as the Pod runs on its machine.
    private func prepareEmptyDirectories() throws(PlaygroundError) {
        let directory = specification.directory
        try FileTree.makeFolder(directory.volume)
        for folder in Set([directory.runtime, directory.socketDirectory]) {
            try FileTree.makeFolder(folder)
            try FileTree.empty(folder)
        }
    }

    /// Ends the Pod's present run; the containers have been told to end.
    func finish(_ end: PodEnd) {
        if self.end == nil { self.end = end }
        endWaiter?.resume()
        endWaiter = nil
    }

    private func waitForEnd() async {
        guard end == nil else { return }
        await withCheckedContinuation { endWaiter = $0 }
    }

    /// Repeats what the API server must take, until it does or the machine is lost: a controller
    /// never gives up.
    private func untilDone(_ action: () async throws -> Void) async {
        while !Task.isCancelled {
            do {
                return try await action()
            } catch {
                await pause(Limits.storeRetryDelay)
            }
        }
    }

    /// Waits; returns early when the task is cancelled, which its loop then notices.
    func pause(_ duration: Duration) async {
        do {
            try await Task.sleep(for: duration)
        } catch {
            return
        }
    }

    // MARK: Status

    /// Changes the status and tells the API server, which may be slow without holding anybody up.
    func update(_ change: (inout PodStatus) -> Void) {
        change(&status)
        guard status != reported, !isReporting else { return }
        Task { await self.report() }
    }

    /// Tells the API server what it does not know yet; what fails is tried at the next occasion.
    func report() async {
        guard !isReporting, let pod else { return }
        isReporting = true
        defer { isReporting = false }
        var attempts = Limits.storeAttempts
        while reported != status, self.pod == pod, attempts > 0 {
            let current = status
            attempts -= 1
            do {
                try await store.report(current, of: pod)
                reported = current
            } catch {
                await pause(Limits.storeRetryDelay)
            }
        }
    }
}
