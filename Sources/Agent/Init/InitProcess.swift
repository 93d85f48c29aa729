public import AgentConfiguration
import AgentHTTP
import EngineKit
public import Logging
public import ReplicationCore

/// `understudy init`: asks its own agent what is known, decides, and makes the data directory right
/// before the database starts.
public struct InitProcess: Sendable {
    private let configuration: AgentConfiguration
    private let engine: any DatabaseEngine
    private let stateFile: MemberStateFile
    private let logger: Logger

    /// How the init container ends.
    public enum Outcome: Sendable, Hashable {
        /// The database can start.
        case ready
        /// It must not start; a person has to look.
        case refused(Reason, String)
        /// A file or folder may not be used.
        case denied(String)
        /// It did not work this time; the container may be run again.
        case failed(String)
    }

    /// An init container's work for that configuration.
    /// - Throws: ``EngineError`` for an unknown engine.
    public init(
        configuration: AgentConfiguration, environment: [String: String], logger: Logger
    ) throws {
        self.configuration = configuration
        self.logger = logger
        engine = try configuration.makeEngine(environment: environment)
        stateFile = MemberStateFile(volume: configuration.paths.volume)
    }

    /// Works until the data directory can be started, or it must not be. Waits for a donor for as
    /// long as it takes, saying why (design §12.3).
    public func run() async -> Outcome {
        let agent = PeerClient(
            host: configuration.network.ownAgentAddress, port: configuration.network.agentPort,
            member: configuration.identity.member, cluster: configuration.cluster.name,
            group: AgentNetwork.group)
        let inspector = DirectoryInspector(file: stateFile, engine: engine)
        var waiting = WaitingLog(logger: logger)
        var rewindFailures = 0
        while !Task.isCancelled {
            let finding = await inspector.inspect()
            let report = await ownReport(agent)
            let plan = prepare(
                InitObservation(
                    directory: finding.directory, stopped: finding.stopped, agent: report,
                    rewindFailures: rewindFailures))
            do {
                switch plan {
                case .wait(let reason):
                    waiting.say(reason)
                    try await Task.sleep(for: AgentLimits.initLook)
                case .refuse(let reason):
                    return refusal(reason, finding)
                case .start:
                    return try await start(finding.directory)
                case .initialise(let permit):
                    try await initialise(permit, over: finding.directory)
                case .clone(let donor, let permit):
                    try await clone(donor, permit, over: finding.directory)
                case .rewind(let donor, let permit):
                    rewindFailures += await rewind(donor, permit, over: finding.directory)
                }
            } catch {
                return .failed("\(error)")
            }
        }
        return .failed("cancelled")
    }

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

    /// What could not be read is told as that: whoever has to look must not take a wrong owner or
    /// an unknown version for foreign or damaged data.
    private func refusal(
        _ reason: Reason, _ finding: DirectoryInspector.Finding
    ) -> Outcome {
        switch finding.problem?.code {
        case .fileSystem: return .denied(explain(finding))
        case .unsupported: return .refused(.dataUnsupported, explain(finding))
        case .unreachable, .timeout, .accessDenied, .programMissing, .programFailed,
            .statementFailed, .verificationFailed, .inUse, .configuration, nil:
            return .refused(reason, explain(finding))
        }
    }

    private func explain(_ finding: DirectoryInspector.Finding) -> String {
        if let problem = finding.problem { return problem.message }
        switch finding.directory {
        case .unreadable(let why): return why
        case .unmarked(let id):
            return "\(configuration.paths.dataDirectory) holds data of cluster "
                + "\(id ?? "unknown"), but .understudy/member.json beside it is missing"
        case .complete(let state), .unfinished(let state):
            return "\(configuration.paths.dataDirectory) is of cluster "
                + "\(state.clusterID ?? "unknown")"
        case .unknown, .empty: return configuration.paths.dataDirectory
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
            clusterID: permit.clusterID, incarnation: Incarnation.random(), step: .cloning)
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
                promisedTerm: promisedTerm(directory), step: .rewinding)
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

    private func donor(_ member: String) throws -> Donor {
        guard let donor = configuration.donor(member) else {
            throw EngineError(.configuration, "the donor \(member) is no member of this cluster")
        }
        return donor
    }
}

/// Says what is waited for when that changes, and now and then again.
private struct WaitingLog {
    let logger: Logger
    var said: Reason?
    var saidAt: Instant?

    mutating func say(_ reason: Reason) {
        let now = MonotonicClock.now()
        let isDue = saidAt.map { now - $0 > AgentLimits.initSaysAgain } ?? true
        guard said != reason || isDue else { return }
        said = reason
        saidAt = now
        logger.info("waiting", metadata: ["reason": "\(reason.rawValue)"])
    }
}
