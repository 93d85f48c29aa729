import Glibc

/// Starting and restarting the containers of a Pod.
extension Kubelet {
    /// Runs the agent until the Pod's run ends.
    func superviseAgent(of pod: PodRecord) async {
        var backoff = Backoff()
        while !isStopping {
            let started = ContinuousClock.now
            let exit = await run(.agent, of: pod)
            guard !isStopping else { return }
            if exit == .restartAllContainers {
                journal.note(name, "the agent asks for a restart of all containers")
                await restartAll()
                return
            }
            let delay = backoff.delay(afterRunningFor: .now - started)
            journal.note(name, "the agent \(exit); it is restarted in \(delay)")
            await pause(delay)
            update { $0[.agent].restarts += 1 }
        }
    }

    /// Runs init until it has succeeded, then the database until the Pod's run ends.
    func superviseDatabase(of pod: PodRecord) async {
        await waitForAgent()
        var backoff = Backoff()
        while !isStopping, !Task.isCancelled {
            let started = ContinuousClock.now
            let exit = await run(.initialiser, of: pod)
            guard !isStopping else { return }
            if exit == .exited(0) { break }
            let delay = backoff.delay(afterRunningFor: .now - started)
            let log = specification.directory.log(of: ContainerRole.initialiser.rawValue)
            journal.note(name, "init \(exit), see \(log); again in \(delay)")
            await pause(delay)
            update { $0[.initialiser].restarts += 1 }
        }
        backoff = Backoff()
        while !isStopping, !Task.isCancelled {
            let started = ContinuousClock.now
            let exit = await run(.database, of: pod)
            guard !isStopping else { return }
            let delay = backoff.delay(afterRunningFor: .now - started)
            journal.note(name, "the database \(exit); it is restarted in \(delay)")
            await pause(delay)
            update { $0[.database].restarts += 1 }
        }
    }

    /// A native sidecar's startupProbe holds up the containers after it. It is looked at more often
    /// than a kubelet can, since nobody wants to wait for a playground.
    private func waitForAgent() async {
        while !isStopping, !Task.isCancelled {
            if await probe.get("/live", timeout: Limits.readinessTimeout) { return }
            await pause(Limits.poll)
        }
    }

    /// Runs one container from start to end.
    private func run(_ role: ContainerRole, of pod: PodRecord) async -> ContainerExit {
        guard let container = specification.container(role, of: pod) else { return .exited(0) }
        do {
            let process = try await runtime.start(container, of: name)
            processes[role] = process
            if isStopping { process.send(signal: SIGKILL) }
            update {
                $0[role].state = .running(since: ObjectIdentity.timestamp())
                // Only the database has a readiness probe; a container without one is ready.
                $0[role].isReady = role == .agent
            }
            let exit = await process.waitForExit()
            processes[role] = nil
            update {
                $0[role].state = .terminated(code: exit.code)
                $0[role].isReady = false
            }
            return exit
        } catch {
            journal.note(name, error.message)
            return .lost
        }
    }

    /// What `restartPolicyRules` with `RestartAllContainers` do: everything ends, and the same Pod
    /// begins anew, with init.
    private func restartAll() async {
        isStopping = true
        if let initialiser = processes[.initialiser] {
            await initialiser.end(signal: SIGTERM, grace: Limits.restartAllGrace)
        }
        if let database = processes[.database] {
            await database.end(
                signal: specification.stopSignal, grace: Limits.restartAllGrace)
        }
        finish(.restartAll)
    }

    /// Ends all containers in the order of a Pod's termination: the database's preStop, its signal,
    /// and only when it is gone the agent.
    func endContainers(deadline: ContinuousClock.Instant, prestop: Bool) async {
        if let database = processes[.database] {
            if prestop {
                _ = await probe.get("/database/prestop", timeout: deadline - .now)
            }
            await database.end(
                signal: specification.stopSignal,
                grace: max(Limits.minimumGrace, deadline - .now))
        }
        if let initialiser = processes[.initialiser] {
            await initialiser.end(
                signal: SIGTERM, grace: max(Limits.minimumGrace, deadline - .now))
        }
        if let agent = processes[.agent] {
            let rest = min(Limits.agentGrace, deadline - .now)
            await agent.end(signal: SIGTERM, grace: max(Limits.minimumGrace, rest))
        }
    }
}
