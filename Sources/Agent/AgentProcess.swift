public import AgentConfiguration
import AgentHTTP
import EngineKit
import KubernetesClient
public import Logging
import NIOPosix
import ReplicationCore
public import ServiceLifecycle

/// `understudy run`: the sidecar. Wires the watches to the loop and the loop to its effects.
public struct AgentProcess: Service {
    private let configuration: AgentConfiguration
    private let environment: [String: String]
    private let logger: Logger
    private let exit: ExitRequest
    private let keyFile: AgentKeyFile

    /// An agent for that configuration. Reads the members' key.
    /// - Throws: ``SecretError`` when there is none.
    public init(
        configuration: AgentConfiguration, environment: [String: String], logger: Logger,
        exit: ExitRequest
    ) throws(SecretError) {
        keyFile = try AgentKeyFile(in: configuration.paths)
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
        self.exit = exit
    }

    /// Runs until it is told to end, and gives the Lease up on the way out where the database has
    /// ended.
    /// - Throws: when the API's configuration is missing, the engine is unknown, or the address is
    ///   taken.
    public func run() async throws {
        let engine = try configuration.makeEngine(environment: environment, logger: logger)
        let group = AgentNetwork.group
        let client = KubernetesClient(
            configuration: try KubernetesConfiguration.inCluster(
                environment: environment,
                serviceAccountDirectory: configuration.paths.serviceAccountDirectory),
            group: group)
        let identity = configuration.coreIdentity
        let reporter = Reporter(identity: identity, logger: logger)
        let supervisor = Supervisor(
            identity: identity, settings: configuration.coreSettings,
            startedAt: MonotonicClock.now())
        let board = HealthBoard(supervisor.health(at: MonotonicClock.now()))
        let alarms = (0...configuration.peerOrdinals.count).map { _ in Alarm() }
        let tickAlarm = Alarm()
        let loop = AgentLoop(supervisor: supervisor, board: board, reporter: reporter) {
            (alarms + [tickAlarm]).forEach { $0.ring() }
        }
        let prestop = Prestop(loop: loop, client: client, identity: identity)
        let server = try await AgentServer.start(
            address: configuration.network.agentAddress, port: configuration.network.agentPort,
            board: board, clock: MonotonicClock.now, prestopLimit: AgentLimits.prestop,
            prestop: prestop.run,
            promise: PromiseService(key: keyFile.key, handler: loop.fulfil), on: group.next())
        logger.info(
            "agent started",
            metadata: [
                "member": "\(identity.member)", "cluster": "\(identity.cluster)",
                "mode": "\(configuration.policy.mode.rawValue)",
                "profile": "\(configuration.policy.profile.rawValue)",
            ])
        let parts = Parts(
            engine: engine, client: client, reporter: reporter, loop: loop, alarms: alarms,
            tickAlarm: tickAlarm)
        await withGracefulShutdownHandler {
            await serve(parts)
        } onGracefulShutdown: {
            exit.request(ExitRequest.terminated)
        }
        await server.close()
        await client.close()
        logger.info("agent ended")
    }

    private struct Parts: Sendable {
        let engine: any DatabaseEngine
        let client: KubernetesClient
        let reporter: Reporter
        let loop: AgentLoop
        let alarms: [Alarm]
        let tickAlarm: Alarm
    }

    private func serve(_ parts: Parts) async {
        let keeper = LeaseKeeper(
            client: parts.client, name: configuration.cluster.name,
            timing: configuration.policy.timing, logger: logger,
            noteMalformed: parts.reporter.note(malformedRequest:))
        let stateFile = MemberStateFile(volume: configuration.paths.volume)
        let performer = Performer(
            engine: parts.engine, client: parts.client, keeper: keeper, stateFile: stateFile,
            peers: promiseClients(keyFile.key), configuration: configuration,
            reporter: parts.reporter,
            requestRestart: { [exit] in exit.request(ExitRequest.restartAllContainers) })
        await withDiscardingTaskGroup { group in
            group.addTask {
                await DatabaseWatch(
                    engine: parts.engine,
                    inspector: DirectoryInspector(file: stateFile, engine: parts.engine),
                    alarm: parts.alarms[0], loop: parts.loop
                ).run()
            }
            for (index, ordinal) in configuration.peerOrdinals.enumerated() {
                let watch = PeerWatch(
                    member: configuration.memberName(ordinal: ordinal),
                    client: PeerClient(
                        host: configuration.peerAddress(ordinal: ordinal),
                        port: configuration.network.agentPort,
                        member: configuration.memberName(ordinal: ordinal),
                        cluster: configuration.cluster.name,
                        group: AgentNetwork.group),
                    alarm: parts.alarms[index + 1], loop: parts.loop)
                group.addTask { await watch.run() }
            }
            group.addTask { [configuration] in
                await LeaseWatch(
                    client: parts.client, keeper: keeper, name: configuration.cluster.name,
                    loop: parts.loop, logger: logger
                ).run()
            }
            group.addTask { [configuration] in
                await PodWatch(
                    client: parts.client, selector: configuration.cluster.podSelector,
                    roleLabel: configuration.cluster.roleLabel, loop: parts.loop
                ).run()
            }
            group.addTask { [keyFile, logger] in await keyFile.watch(logger: logger) }
            group.addTask { await createEvents(parts) }
            group.addTask { await performEffects(performer, parts) }
            group.addTask { await tick(parts) }
            await awaitEnd(parts)
            group.cancelAll()
        }
    }

    private func promiseClients(_ key: AgentKey) -> [String: PromiseClient] {
        let clients = configuration.peerOrdinals.map { ordinal in
            let member = configuration.memberName(ordinal: ordinal)
            let client = PromiseClient(
                host: configuration.peerAddress(ordinal: ordinal),
                port: configuration.network.agentPort, member: member,
                cluster: configuration.cluster.name, key: key, clock: MonotonicClock.now,
                group: AgentNetwork.group)
            return (member, client)
        }
        return Dictionary(uniqueKeysWithValues: clients)
    }

    private func tick(_ parts: Parts) async {
        var urgentAt = MonotonicClock.now()
        var hasGivenBack = false
        while !Task.isCancelled {
            await parts.loop.post(.tick)
            let now = MonotonicClock.now()
            if await parts.loop.isUrgent {
                (urgentAt, hasGivenBack) = (now, false)
            } else if !hasGivenBack, now - urgentAt > AgentLimits.restBeforeGivingBack {
                IdleMemory.giveBackCode()
                hasGivenBack = true
            }
            await parts.tickAlarm.wait(upTo: await parts.loop.tick)
        }
    }

    private func performEffects(_ performer: Performer, _ parts: Parts) async {
        await withDiscardingTaskGroup { group in
            for await effect in parts.loop.effects {
                group.addTask {
                    await parts.loop.post(await performer.perform(effect, in: parts.loop))
                    switch effect.resource {
                    case .database, .followers, .fence, .volume: parts.alarms[0].ring()
                    case .lease, .leaseReading, .pod, .process, .peer: break
                    }
                }
            }
            group.cancelAll()
        }
    }

    private func createEvents(_ parts: Parts) async {
        for await event in parts.reporter.events {
            do {
                try await parts.client.createEvent(event, timeout: AgentLimits.eventTimeout)
            } catch {
                logger.debug(
                    "Event not created",
                    metadata: ["event": "\(event.reason)", "failure": "\(error)"])
            }
        }
    }

    /// Waits for SIGTERM, which Kubernetes sends to a native sidecar after the database has ended,
    /// or for the agent's own wish to end; then gives up a Lease whose database has stopped.
    private func awaitEnd(_ parts: Parts) async {
        await exit.wait()
        guard exit.code == ExitRequest.terminated else { return }
        await parts.loop.post(.shutdownRequested)
        let identity = configuration.coreIdentity
        let end = MonotonicClock.now() + AgentLimits.farewell
        while MonotonicClock.now() < end {
            let observation = await parts.loop.observation
            guard observation.lease.isHeld(by: identity) else { return }
            do {
                try await Task.sleep(for: AgentLimits.innerLook)
            } catch {
                return
            }
        }
    }
}
