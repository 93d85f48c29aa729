import CLinux
import Glibc
import HTTPClient
import JSON
import NIOCore
import NIOPosix
import ReplicationCore

/// A whole playground in one process: API server, Services, and a kubelet for each member. It is
/// the ancestor of all that it starts.
public actor Playground {
    let options: PlaygroundOptions
    let directory: PlaygroundDirectory
    let addresses: AddressPlan
    let kubelets: [Kubelet]
    let control: ControlPlane
    private let services: [ServiceProxy]
    private let journal: Journal
    /// The Pods as the API server has them, by name.
    private(set) var pods: [String: PodView] = [:]
    private let endpoints: [EndpointTable]
    private var watch: Task<Void, Never>?
    private var server: ControlServer?
    private var ending: Task<Void, Never>?
    private let ended: AsyncStream<Void>
    private let endedContinuation: AsyncStream<Void>.Continuation

    private init(
        options: PlaygroundOptions, control: ControlPlane, kubelets: [Kubelet],
        services: [ServiceProxy], endpoints: [EndpointTable], journal: Journal
    ) {
        self.options = options
        directory = PlaygroundDirectory(path: options.directory)
        addresses = AddressPlan(directory: options.directory)
        self.control = control
        self.kubelets = kubelets
        self.services = services
        self.endpoints = endpoints
        self.journal = journal
        (ended, endedContinuation) = AsyncStream.makeStream(of: Void.self)
    }

    /// Starts everything in the folder, whose lock the caller holds, and returns while the members
    /// come up. Throws ``PlaygroundError`` when something that is needed is missing or in use.
    public static func start(
        _ options: PlaygroundOptions, programs: Programs
    ) async throws(PlaygroundError) -> Playground {
        let directory = PlaygroundDirectory(path: options.directory)
        let addresses = AddressPlan(directory: options.directory)
        let template = MemberTemplate(
            options: options, directory: directory, addresses: addresses, programs: programs,
            engineDirectory: try Programs.directory(for: options.engine))
        let members = (0..<options.members).map(template.member)
        for member in members {
            try FileTree.makeFolder(member.directory.path)
            try Listening.check(
                "the database of \(member.name)", host: member.address, port: options.port)
            try Listening.check(
                "the agent of \(member.name)", host: member.address, port: member.agentPort)
        }
        guard linux_become_subreaper() == 0 else {
            throw PlaygroundError(.unexpected, "This process cannot adopt orphans.")
        }
        try Secrets.prepare(in: directory)
        let group = MultiThreadedEventLoopGroup.singleton
        let control = try await ControlPlane.start(
            in: directory, cluster: options.cluster, members: members, host: addresses.api,
            group: group)
        let endpoints = [Role.master, .replica].map {
            EndpointTable(key: "role", value: $0.rawValue)
        }
        let services = try await startServices(options, addresses, endpoints, group)
        let runtime = ContainerRuntime(
            initProgram: programs.playground, group: group,
            registry: ProcessRegistry(file: directory.processesFile, isSubreaper: true))
        let kubelets = members.map { member in
            Kubelet(
                member, runtime: runtime, store: APIPodStore(objects: control.server.store),
                probe: HTTPAgentProbe(
                    endpoint: .init(host: member.address, port: member.agentPort), group: group),
                journal: .console)
        }
        let playground = Playground(
            options: options, control: control, kubelets: kubelets, services: services,
            endpoints: endpoints, journal: .console)
        try await playground.begin(group)
        return playground
    }

    private static func startServices(
        _ options: PlaygroundOptions, _ addresses: AddressPlan, _ endpoints: [EndpointTable],
        _ group: any EventLoopGroup
    ) async throws(PlaygroundError) -> [ServiceProxy] {
        let hosts = [addresses.masterService, addresses.replicaService]
        let names = ["\(options.cluster)-master", "\(options.cluster)-replicas"]
        var services: [ServiceProxy] = []
        for (index, host) in hosts.enumerated() {
            services.append(
                try await ServiceProxy.start(
                    names[index], host: host, port: options.port, backendPort: options.port,
                    endpoints: endpoints[index], group: group))
        }
        return services
    }

    private func begin(_ group: any EventLoopGroup) async throws(PlaygroundError) {
        let changes = control.server.store.changes(of: .pods)
        watch = Task {
            for await change in changes { self.take(change) }
        }
        server = try await ControlServer.start(path: directory.controlSocket, group: group) {
            await self.answer($0)
        }
        for kubelet in kubelets { await kubelet.start() }
    }

    /// Returns once everything has ended, by ``stop()`` or the command `down`.
    public func waitUntilEnded() async {
        for await _ in ended {}
    }

    /// Ends everything in order: members, Services, API server. May be called again, and waits for
    /// the end each time.
    public func stop() async {
        if ending == nil {
            ending = Task { await self.end() }
        }
        await ending?.value
        endedContinuation.finish()
    }

    private func end() async {
        journal.note(nil, "Ending \(options.cluster).")
        await withTaskGroup(of: Void.self) { group in
            for kubelet in kubelets {
                group.addTask { await kubelet.shutDown() }
            }
        }
        for service in services { await service.stop() }
        watch?.cancel()
        await control.stop()
        await server?.stop()
        ProcessTree.endDescendants()
        unlink(directory.controlSocket)
        unlink(directory.processesFile)
        journal.note(nil, "Nothing is left running in \(directory.path).")
    }

    // MARK: Watching the Pods

    private func take(_ change: StoreChange) {
        guard let pod = PodView(change.object) else { return }
        let before = pods[pod.name]
        switch change.kind {
        case .added, .modified: pods[pod.name] = pod
        case .deleted: pods[pod.name] = nil
        }
        for table in endpoints { table.update(Array(pods.values)) }
        if before?.labels["role"] != pod.labels["role"] {
            journal.note(pod.name, "role \(pod.labels["role"] ?? "none")")
        }
        if pod.isTerminating, change.kind != .deleted, before?.isTerminating != true,
            let kubelet = kubelets.first(where: { $0.name == pod.name })
        {
            Task {
                await kubelet.terminate(uid: pod.uid, grace: .seconds(pod.graceSeconds))
            }
        }
    }
}
