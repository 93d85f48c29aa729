import AgentConfiguration
import ArgumentParser

/// The keys of init container and agent as flags. A flag wins over its `UNDERSTUDY_*` variable,
/// that over a file of the configuration directory, that over the default.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: help(.engine)) var engine: String?
    @Option(help: help(.cluster)) var cluster: String?
    @Option(help: help(.members)) var members: String?
    @Option(help: help(.mode)) var mode: String?
    @Option(help: help(.profile)) var profile: String?
    @Option(help: help(.service)) var service: String?
    @Option(help: help(.peerAddress)) var peerAddress: String?
    @Option(help: help(.agentAddress)) var agentAddress: String?
    @Option(help: help(.agentPort)) var agentPort: String?
    @Option(help: help(.databaseAddress)) var databaseAddress: String?
    @Option(help: help(.databasePort)) var databasePort: String?
    @Option(help: help(.volume)) var volume: String?
    @Option(help: help(.dataDirectory)) var dataDirectory: String?
    @Option(help: help(.runtimeDirectory)) var runtimeDirectory: String?
    @Option(help: help(.socketDirectory)) var socketDirectory: String?
    @Option(help: help(.secretsDirectory)) var secretsDirectory: String?
    @Option(help: help(.programDirectory)) var programDirectory: String?
    @Option(help: help(.maximumLag)) var maximumLag: String?
    @Option(help: help(.earlyTakeover)) var earlyTakeover: String?
    @Option(help: help(.serviceAccountDirectory)) var serviceAccountDirectory: String?
    @Option(help: help(.podSelector)) var podSelector: String?
    @Option(help: help(.roleLabel)) var roleLabel: String?
    @Option(help: help(.logLevel)) var logLevel: String?
    @Option(help: help(.configurationDirectory)) var configurationDirectory: String?

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
            .earlyTakeover: earlyTakeover,
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

/// What a key means, and what holds without it, for `--help`.
private func help(_ key: ConfigurationKey) -> ArgumentHelp {
    let standing = key.defaultDescription.map { "default: \($0)" } ?? "required"
    return ArgumentHelp("\(key.meaning) (\(standing))")
}
