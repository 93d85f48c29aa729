import JSON

/// What the commands ask of a playground.
extension Playground {
    /// Answers one request.
    func answer(_ request: ControlRequest) async -> ControlAnswer {
        do {
            switch request {
            case .status: return .status(await status())
            case .waitUntilUp: return try await waitUntilUp()
            case .kill(let member, let part): return try await kill(member, part)
            case .start(let member): return try await start(member)
            case .delete(let member): return try await delete(member)
            case .wipe(let member): return try await wipe(member)
            case .api(let service): return try await set(service)
            case .annotate(let key, let value):
                try control.annotate(key, value)
                return .done("\(key) is \(value.map { "\"\($0)\"" } ?? "removed").")
            case .deleteLease:
                try control.deleteLease()
                return .done("The Lease is deleted.")
            case .apiWrites: return .counts(control.writes)
            case .down:
                await stop()
                return .done("Nothing is left running.")
            }
        } catch {
            return .failed(code: error.code.rawValue, message: error.message)
        }
    }

    /// What there is now.
    public func status() async -> PlaygroundStatus {
        var members: [PlaygroundStatus.Member] = []
        for kubelet in kubelets { members.append(await status(of: kubelet)) }
        return PlaygroundStatus(
            cluster: options.cluster, engine: options.engine.rawValue,
            api: .init(
                url: control.server.url, caFile: "\(directory.serviceAccount)/ca.crt",
                tokenFile: "\(directory.serviceAccount)/token"),
            services: .init(
                master: "\(addresses.masterService):\(options.port)",
                replicas: "\(addresses.replicaService):\(options.port)"),
            superuser: .init(
                name: options.engine.superuser, passwordFile: directory.superuserPasswordFile),
            lease: control.lease, members: members)
    }

    private func status(of kubelet: Kubelet) async -> PlaygroundStatus.Member {
        let specification = kubelet.specification
        let pod = pods[kubelet.name]
        let isOn = await kubelet.isOn
        let status = await kubelet.status
        return PlaygroundStatus.Member(
            name: kubelet.name, ordinal: specification.ordinal, address: specification.address,
            port: options.port, agent: "\(specification.address):\(specification.agentPort)",
            databasePid: await kubelet.processes[.database]?.pid,
            agentPid: await kubelet.processes[.agent]?.pid, role: pod?.labels["role"],
            state: isOn ? pod?.labels["understudy.dev/state"] ?? "starting" : "lost",
            directory: specification.directory.path, ready: status.isReady,
            restarts: status[.database].restarts)
    }

    /// Returns once every member has a role and is ready. Throws ``PlaygroundError`` with what is
    /// missing when that takes too long.
    @discardableResult
    public func waitUntilUp() async throws(PlaygroundError) -> ControlAnswer {
        let deadline = ContinuousClock.now + Limits.up
        while true {
            let waiting = await status().members.filter { $0.role == nil || !$0.ready }
            if waiting.isEmpty { return .done("All members are up.") }
            if ContinuousClock.now > deadline {
                let list = waiting.map {
                    "\($0.name) is \($0.state), "
                        + ($0.databasePid == nil
                            ? "see \($0.directory)/init.log and agent.log"
                            : "see \($0.directory)/agent.log and database.log")
                }
                throw PlaygroundError(
                    .unavailable,
                    "Not all members are up after \(Limits.up): "
                        + list.joined(separator: "; ") + ".")
            }
            try await nap()
        }
    }

    private func kill(
        _ name: String, _ part: ControlRequest.Part
    ) async throws(PlaygroundError) -> ControlAnswer {
        let kubelet = try member(name)
        guard await kubelet.isOn else { throw lost(name) }
        let role: ContainerRole
        switch part {
        case .node:
            await kubelet.lose()
            return .done("\(name) is gone; `start \(name)` brings it back.")
        case .agent: role = .agent
        case .database: role = .database
        }
        guard let process = await kubelet.processes[role] else {
            throw PlaygroundError(.temporary, "The \(role.rawValue) of \(name) does not run now.")
        }
        process.send(signal: 9)
        return .done("The \(role.rawValue) of \(name), process \(process.pid), is killed.")
    }

    private func start(_ name: String) async throws(PlaygroundError) -> ControlAnswer {
        let kubelet = try member(name)
        guard await !kubelet.isOn else { return .done("\(name) runs already.") }
        await kubelet.start()
        return .done("\(name) starts.")
    }

    private func delete(_ name: String) async throws(PlaygroundError) -> ControlAnswer {
        let kubelet = try member(name)
        guard await kubelet.isOn else { throw lost(name) }
        guard let uid = await kubelet.pod?.uid else {
            throw PlaygroundError(.temporary, "\(name) has no Pod now.")
        }
        do {
            try control.server.store.delete(.pods, named: name, in: APIPodStore.namespace)
        } catch {
            throw PlaygroundError(.unexpected, "The Pod \(name) cannot be deleted: \(error).")
        }
        let deadline = ContinuousClock.now + Limits.controlAnswer
        while true {
            if let pod = await kubelet.pod, pod.uid != uid { break }
            guard ContinuousClock.now < deadline else {
                throw PlaygroundError(
                    .temporary, "The Pod \(name) is still there after \(Limits.controlAnswer).")
            }
            try await nap()
        }
        return .done("The Pod \(name) was deleted; its successor starts.")
    }

    private func wipe(_ name: String) async throws(PlaygroundError) -> ControlAnswer {
        let kubelet = try member(name)
        await kubelet.lose()
        defer { Task { await kubelet.start() } }
        try FileTree.empty(kubelet.specification.directory.volume)
        return .done("The volume of \(name) is empty; it starts.")
    }

    private func set(
        _ service: ControlRequest.Service
    ) async throws(PlaygroundError) -> ControlAnswer {
        try await control.set(service)
        switch service {
        case .running: return .done("The API server answers.")
        case .stopped: return .done("The API server is stopped; `api start` brings it back.")
        case .hanging: return .done("The API server hangs; `api start` lets it answer again.")
        }
    }

    private func member(_ name: String) throws(PlaygroundError) -> Kubelet {
        guard let kubelet = kubelets.first(where: { $0.name == name }) else {
            let names = kubelets.map(\.name).joined(separator: ", ")
            throw PlaygroundError(.usage, "There is no member \(name); there are \(names).")
        }
        return kubelet
    }

    private func lost(_ name: String) -> PlaygroundError {
        PlaygroundError(
            .temporary, "The machine of \(name) is off; `start \(name)` brings it back.")
    }

    private func nap() async throws(PlaygroundError) {
        do {
            try await Task.sleep(for: Limits.poll)
        } catch {
            throw PlaygroundError(.temporary, "The playground is ending.")
        }
    }
}
