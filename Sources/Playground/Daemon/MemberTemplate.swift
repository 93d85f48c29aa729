import ReplicationCore

/// The Pod template of the playground's StatefulSet.
struct MemberTemplate: Sendable {
    let options: PlaygroundOptions
    let directory: PlaygroundDirectory
    let addresses: AddressPlan
    let programs: Programs
    /// Where the engine's programs are.
    let engineDirectory: String

    /// The template filled in for one ordinal.
    func member(_ ordinal: Int) -> MemberSpecification {
        let name = "\(options.cluster)-\(ordinal)"
        let folder = directory.member(name)
        let ours = environment(ordinal, folder)
        let engine = options.engine
        let dataDirectory = "\(folder.volume)/\(engine.dataFolder)"
        let containers = [
            container(.agent, folder, programs.agent, ["run"], ours),
            container(.initialiser, folder, programs.agent, ["init"], ours),
            container(
                .database, folder, "\(engineDirectory)/\(engine.programs[0])",
                engine.arguments(dataDirectory: dataDirectory, runtimeDirectory: folder.runtime),
                base(folder).merging(engineEnvironment(dataDirectory)) { _, engine in engine }),
        ]
        return MemberSpecification(
            name: name, ordinal: ordinal, cluster: options.cluster,
            address: addresses.member(ordinal), agentPort: PlaygroundOptions.agentPort,
            directory: folder,
            containers: Dictionary(uniqueKeysWithValues: zip(ContainerRole.allCases, containers)),
            stopSignal: engine.stopSignal, timing: options.profile.timing)
    }

    private func container(
        _ role: ContainerRole, _ folder: MemberDirectory, _ program: String,
        _ arguments: [String], _ environment: [String: String]
    ) -> ContainerSpecification {
        ContainerSpecification(
            name: role.rawValue, program: program, arguments: arguments, environment: environment,
            logFile: folder.log(of: role.rawValue))
    }

    private func base(_ folder: MemberDirectory) -> [String: String] {
        ["PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": folder.path]
    }

    private func engineEnvironment(_ dataDirectory: String) -> [String: String] {
        options.engine.environment(
            dataDirectory: dataDirectory, passwordFile: directory.superuserPasswordFile)
    }

    /// What the Pod template says to agent and init.
    private func environment(_ ordinal: Int, _ folder: MemberDirectory) -> [String: String] {
        let dataDirectory = "\(folder.volume)/\(options.engine.dataFolder)"
        let settings = [
            "ENGINE": options.engine.rawValue, "CLUSTER": options.cluster,
            "MEMBERS": "\(options.members)", "MODE": options.mode.rawValue,
            "PROFILE": options.profile.rawValue, "SERVICE": options.cluster,
            "PEER_ADDRESS": addresses.memberTemplate,
            "AGENT_ADDRESS": addresses.member(ordinal),
            "AGENT_PORT": "\(PlaygroundOptions.agentPort)",
            "DATABASE_ADDRESS": addresses.member(ordinal), "DATABASE_PORT": "\(options.port)",
            "VOLUME": folder.volume, "DATA_DIRECTORY": dataDirectory,
            "RUNTIME_DIRECTORY": folder.runtime, "SOCKET_DIRECTORY": folder.socketDirectory,
            "SECRETS_DIRECTORY": directory.secrets, "PROGRAM_DIRECTORY": engineDirectory,
            "SERVICE_ACCOUNT_DIRECTORY": folder.serviceAccount,
            "LOG_LEVEL": options.logLevel,
        ]
        var environment = base(folder)
        environment.merge(engineEnvironment(dataDirectory)) { _, engine in engine }
        for (key, value) in settings { environment["UNDERSTUDY_\(key)"] = value }
        environment["KUBERNETES_SERVICE_HOST"] = addresses.api
        environment["KUBERNETES_SERVICE_PORT"] = "\(PlaygroundOptions.apiPort)"
        return environment
    }
}
