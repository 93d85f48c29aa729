public import AgentConfiguration
public import EngineKit
import Engines
import Logging
public import ReplicationCore

extension AgentConfiguration {
    /// Who this member is, for the rules.
    public var coreIdentity: Identity {
        Identity(
            member: identity.member, ordinal: identity.ordinal, podUID: identity.podUID,
            cluster: cluster.name, engine: engine)
    }

    /// The names of all members, by ordinal.
    public var memberNames: [String] {
        (0..<cluster.members).map { memberName(ordinal: $0) }
    }

    /// What the rules need of the configuration.
    public var coreSettings: ReplicationCore.ClusterSettings {
        ReplicationCore.ClusterSettings(
            members: memberNames, mode: policy.mode, timing: policy.timing,
            maximumLagBytes: policy.maximumLagBytes, takesOverEarly: policy.earlyTakeover == .on)
    }

    /// What an engine needs of the configuration, given the process's own environment, of which
    /// what is ours is left out.
    public func engineSettings(environment: [String: String]) -> EngineSettings {
        EngineSettings(
            member: identity.member, ordinal: identity.ordinal, cluster: cluster.name,
            members: memberNames, volume: paths.volume, dataDirectory: paths.dataDirectory,
            runtimeDirectory: paths.runtimeDirectory, socketDirectory: paths.socketDirectory,
            secretsDirectory: paths.secretsDirectory, programDirectory: paths.programDirectory,
            databaseAddress: network.databaseAddress, databasePort: network.databasePort,
            timing: policy.timing, mode: policy.mode,
            environment: environment.filter { !$0.key.hasPrefix("UNDERSTUDY_") })
    }

    /// The engine that the configuration names.
    /// - Throws: ``EngineError`` of the code `configuration` when there is none of that name.
    func makeEngine(
        environment: [String: String], logger: Logger? = nil
    ) throws(EngineError) -> any DatabaseEngine {
        guard let kind = EngineCatalog(rawValue: engine) else {
            throw EngineError(.configuration, "there is no engine named \(engine)")
        }
        return try kind.make(engineSettings(environment: environment), logger: logger)
    }
}
