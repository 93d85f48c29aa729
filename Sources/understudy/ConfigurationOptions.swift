import AgentConfiguration
import ArgumentParser

/// The keys of init container and agent as flags. A flag wins over its `UNDERSTUDY_*` variable,
/// that over a file of the configuration directory, that over the default.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: "The kind of database: postgresql.") var engine: String?
    @Option(help: "The name of cluster and Lease.") var cluster: String?
    @Option(help: "How many members the StatefulSet has.") var members: String?
    @Option(help: "What a commit must have reached: quorum, strict or async.") var mode: String?
    @Option(help: "Timings: default, fast or fleet.") var profile: String?
    @Option(help: "The headless Service.") var service: String?
    @Option(help: "The template of a member's address.") var peerAddress: String?
    @Option(help: "Where the agent's HTTP interface listens.") var agentAddress: String?
    @Option(help: "The port of the agents' HTTP interface.") var agentPort: String?
    @Option(help: "Where the database listens.") var databaseAddress: String?
    @Option(help: "The port of the databases.") var databasePort: String?
    @Option(help: "The data volume's mount point.") var volume: String?
    @Option(help: "The database's directory in the volume.") var dataDirectory: String?
    @Option(help: "Where generated settings lie.") var runtimeDirectory: String?
    @Option(help: "Where the database's Unix socket lies.") var socketDirectory: String?
    @Option(help: "Where the mounted secrets lie.") var secretsDirectory: String?
    @Option(help: "Where the database's programs are.") var programDirectory: String?
    @Option(help: "How far behind a promoted member may be, mode async.") var maximumLag: String?
    @Option(help: "Where token, CA and namespace lie.") var serviceAccountDirectory: String?
    @Option(help: "Which Pods are members, a label selector.") var podSelector: String?
    @Option(help: "The label that carries the role.") var roleLabel: String?
    @Option(help: "The least important log entries that are written.") var logLevel: String?
    @Option(help: "The folder with files named like keys.") var configurationDirectory: String?

    /// What was given, by the key's name.
    private var given: [ConfigurationKey: String?] {
        [
            .engine: engine, .cluster: cluster, .members: members, .mode: mode,
            .profile: profile, .service: service, .peerAddress: peerAddress,
            .agentAddress: agentAddress, .agentPort: agentPort,
            .databaseAddress: databaseAddress, .databasePort: databasePort, .volume: volume,
            .dataDirectory: dataDirectory, .runtimeDirectory: runtimeDirectory,
            .socketDirectory: socketDirectory, .secretsDirectory: secretsDirectory,
            .programDirectory: programDirectory, .maximumLag: maximumLag,
            .serviceAccountDirectory: serviceAccountDirectory, .podSelector: podSelector,
            .roleLabel: roleLabel, .logLevel: logLevel,
            .configurationDirectory: configurationDirectory,
        ]
    }

    /// The validated configuration.
    /// - Throws: an exit code after all problems were said.
    func read(
        for purpose: ConfigurationPurpose, environment: [String: String]
    ) throws -> AgentConfiguration {
        var overrides: [String: String] = [:]
        for (key, value) in given {
            if let value { overrides[key.rawValue] = value }
        }
        let configuration: AgentConfiguration
        do throws(ConfigurationError) {
            configuration = try AgentConfiguration(
                overrides: overrides, environment: environment, purpose: purpose)
        } catch {
            throw ExitStatus.configuration.because("\(error)")
        }
        // Read at each use; but whoever forgot to mount it shall not learn it from a log later.
        do throws(SecretError) {
            _ = try configuration.paths.replicationPassword.read()
        } catch {
            throw ExitStatus.of(error).because("\(error)")
        }
        return configuration
    }
}
