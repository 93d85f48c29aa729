public import AgentConfiguration
import AgentHTTP
import EngineKit
import KubernetesClient
public import Logging
import ReplicationCore

/// `understudy init`: asks its own agent what is known, decides, and makes the data directory right
/// before the database starts.
public struct InitProcess: Sendable {
    private let configuration: AgentConfiguration
    private let engine: any DatabaseEngine
    private let stateFile: MemberStateFile
    private let logger: Logger
    private let nameLimit: Duration

    var paths: PathSettings { configuration.paths }

    /// An init container's work for that configuration.
    /// - Throws: ``EngineError`` for an unknown engine.
    public init(
        configuration: AgentConfiguration, environment: [String: String], logger: Logger
    ) throws {
        try self.init(
            configuration: configuration, environment: environment, logger: logger,
            nameLimit: AgentLimits.ownName)
    }

    init(
        configuration: AgentConfiguration, environment: [String: String], logger: Logger,
        nameLimit: Duration
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.nameLimit = nameLimit
        engine = try configuration.makeEngine(environment: environment)
        stateFile = MemberStateFile(volume: configuration.paths.volume)
    }

    /// What is remembered from one look to the next.
    private struct Progress {
        var waiting: WaitingLog
        var donorBackoff = Backoff(
            first: AgentLimits.donorPause, longest: AgentLimits.longestDonorPause)
        var rewindFailures = 0
        var hasCheckedPrograms = false
    }

    /// Works until the data directory can be started, or it must not be. Waits for a donor for as
    /// long as it takes, saying why (design §12.3).
    public func run() async -> Outcome {
        if let problem = await volumeProblem() { return problem }
        let agent = PeerClient(
            host: configuration.network.ownAgentAddress, port: configuration.network.agentPort,
            member: configuration.identity.member, cluster: configuration.cluster.name,
            group: AgentNetwork.group)
        let name = OwnName(
            host: configuration.peerAddress(ordinal: configuration.identity.ordinal),
            service: configuration.network.service, limit: nameLimit)
        // Not awaited at the end: a look that hangs must not keep the database from its start.
        let watch = Task { await name.watch() }
        defer { watch.cancel() }
        var progress = Progress(waiting: WaitingLog(logger: logger))
        while !Task.isCancelled {
            do {
                let outcome = try await step(agent: agent, name: name, &progress)
                if let outcome { return outcome }
            } catch let error as EngineError {
                return Self.outcome(of: error)
            } catch {
                return .failed("\(error)")
            }
        }
        return .failed("cancelled")
    }

    /// Looks, decides and acts once; returns how it ends, once it does.
    private func step(
        agent: PeerClient, name: OwnName, _ progress: inout Progress
    ) async throws -> Outcome? {
        let finding = await DirectoryInspector(file: stateFile, engine: engine).inspect()
        if let outcome = hopeless(finding) { return outcome }
        if !progress.hasCheckedPrograms { try await engine.checkPrograms() }
        progress.hasCheckedPrograms = true
        let plan = prepare(
            InitObservation(
                directory: finding.directory, stopped: finding.stopped,
                agent: await ownReport(agent), rewindFailures: progress.rewindFailures))
        switch plan {
        case .wait(let reason):
            // Only what waits for others needs names.
            if let problem = name.problem { return .unavailable(problem) }
            progress.waiting.say(reason)
            try await Task.sleep(for: AgentLimits.initLook)
        case .refuse(let reason):
            return refusal(reason, finding)
        case .start:
            return try await start(finding.directory)
        case .initialise(let permit):
            try await initialise(permit, over: finding.directory)
        case .clone(let donor, let permit):
            guard try await isWilling(donor, permit, &progress) else { return nil }
            try await clone(donor, permit, over: finding.directory)
        case .rewind(let donor, let permit):
            guard try await isWilling(donor, permit, &progress) else { return nil }
            progress.rewindFailures += await rewind(donor, permit, over: finding.directory)
        }
        return nil
    }

    /// Asks the donor before anything is touched. One that refuses or does not answer is asked
    /// again after a pause, for as long as it takes: to end would change nothing.
    private func isWilling(
        _ member: String, _ permit: ErasurePermit, _ progress: inout Progress
    ) async throws -> Bool {
        do throws(EngineError) {
            try await engine.checkDonor(donor(member), clusterID: permit.clusterID)
            progress.donorBackoff.reset()
            return true
        } catch {
            switch error.code {
            case .accessDenied:
                progress.waiting.say(
                    .databaseUnusable, at: .error,
                    because: "\(error.message); all members need the same \(passwordFile), and "
                        + "the master gives it to the account")
            case .unreachable, .timeout, .statementFailed:
                progress.waiting.say(.noDonor, because: error.message)
            case .programMissing, .programFailed, .fileSystem, .permissionDenied, .unsupported,
                .verificationFailed, .inUse, .configuration:
                throw error
            }
        }
        try await Task.sleep(for: progress.donorBackoff.next())
        return false
    }

    private var passwordFile: String { paths.replicationPassword.path }

    private func ownReport(_ agent: PeerClient) async -> MemberReport? {
        switch await agent.report(keepingPeers: true) {
        case .success(let report):
            let isOwn =
                report.member == configuration.identity.member
                && report.podUID == configuration.identity.podUID
            return isOwn ? report : nil
        case .failure:
            return nil
        }
    }

    private func start(_ directory: DataDirectory) async throws -> Outcome {
        guard case .complete(let state) = directory else {
            return .failed("the data directory changed while it was looked at")
        }
        try await engine.prepareStart(
            as: Voter(member: configuration.identity.member, incarnation: state.incarnation))
        logger.info("data directory ready", metadata: ["incarnation": "\(state.incarnation)"])
        return .ready
    }

    private func initialise(
        _ permit: InitialisationPermit, over directory: DataDirectory
    ) async throws {
        var state = MemberState(
            clusterID: nil, incarnation: Incarnation.random(), step: .initialising)
        try await stateFile.write(state)
        logger.info("initialising", metadata: ["reason": "\(Reason.initialised.rawValue)"])
        state.clusterID = try await engine.initialise(permit)
        state.step = .complete
        try await stateFile.write(state)
    }

    private func clone(
        _ member: String, _ permit: ErasurePermit, over directory: DataDirectory
    ) async throws {
        var state = MemberState(
            clusterID: permit.clusterID, incarnation: Incarnation.random(),
            begunTerm: permit.term, step: .cloning)
        let donor = try donor(member)
        switch permit.scope {
        case .nothingOfWorth:
            try await stateFile.write(state)
        case .divergedTail:
            // The old data stays whole until the copy is in place. The mark keeps the copy from
            // being taken for it, should this be cut off between the two.
            state.promisedTerm = promisedTerm(directory)
            var marked = state
            marked.step = .rewinding
            try await stateFile.write(marked)
        }
        logger.info("cloning", metadata: ["donor": "\(member)"])
        try await engine.clone(from: donor, permit)
        state.step = .complete
        try await stateFile.write(state)
    }

    /// Returns how many failures there were: 0 or 1.
    private func rewind(
        _ member: String, _ permit: ErasurePermit, over directory: DataDirectory
    ) async -> Int {
        do {
            var state = MemberState(
                clusterID: permit.clusterID, incarnation: Incarnation.random(),
                promisedTerm: promisedTerm(directory), begunTerm: permit.term, step: .rewinding)
            try await stateFile.write(state)
            logger.info("rewinding", metadata: ["donor": "\(member)"])
            try await engine.rewind(to: try donor(member), permit)
            state.step = .complete
            try await stateFile.write(state)
            return 0
        } catch {
            logger.error(
                "rewinding failed",
                metadata: ["reason": "\(Reason.rewindFailed.rawValue)", "failure": "\(error)"])
            return 1
        }
    }

    private func promisedTerm(_ directory: DataDirectory) -> Term {
        switch directory {
        case .complete(let state), .unfinished(let state): state.promisedTerm
        case .unknown, .empty, .unmarked, .unreadable: 0
        }
    }

    private func donor(_ member: String) throws(EngineError) -> Donor {
        guard let donor = configuration.donor(member) else {
            throw EngineError(.configuration, "the donor \(member) is no member of this cluster")
        }
        return donor
    }
}
