import ReplicationCore

extension ConfigurationReader {
    /// Addresses and ports; nil after a problem that leaves no sense in them.
    mutating func network(
        cluster: ClusterSettings?, engine: EngineDefaults?, purpose: ConfigurationPurpose
    ) -> NetworkSettings? {
        let service = label(.service, default: cluster?.name ?? "")
        let agentPort = integer(
            .agentPort, in: Limits.ports, default: ConfigurationDefaults.agentPort)
        let databasePort = integer(
            .databasePort, in: Limits.ports, default: engine?.databasePort ?? 0)
        if agentPort == databasePort {
            report(
                ConfigurationKey.databasePort.rawValue,
                source(of: .databasePort),
                "is \(databasePort), the agent's own port", "Give the two different ports.")
        }
        let settings = NetworkSettings(
            service: service,
            agentAddress: address(.agentAddress, default: ConfigurationDefaults.agentAddress),
            agentPort: agentPort,
            databaseAddress: address(
                .databaseAddress, default: ConfigurationDefaults.databaseAddress, wildcard: "*"),
            databasePort: databasePort,
            apiServer: apiServer(purpose: purpose))
        return engine == nil || cluster == nil ? nil : settings
    }

    /// Paths; nil after a problem that leaves no sense in them.
    mutating func paths(engine: EngineDefaults?) -> PathSettings? {
        let volume = volume()
        let dataName = engine?.dataDirectoryName ?? ""
        let data = path(.dataDirectory, default: "\(volume ?? "")/\(dataName)")
        let runtime = path(.runtimeDirectory, default: ConfigurationDefaults.runtimeDirectory)
        let secrets = path(.secretsDirectory, default: ConfigurationDefaults.secretsDirectory)
        let programs = value(.programDirectory).flatMap { path(.programDirectory, $0) }
        let account = path(
            .serviceAccountDirectory, default: ConfigurationDefaults.serviceAccountDirectory)
        let socket = socketDirectory(engine: engine)
        guard let volume, engine != nil else { return nil }
        refuseUnlessInside(data, volume: volume)
        refuseInside(runtime, .runtimeDirectory, data: data)
        refuseInside(socket, .socketDirectory, data: data)
        refuseInside(secrets, .secretsDirectory, data: data)
        return PathSettings(
            volume: volume, dataDirectory: data, runtimeDirectory: runtime,
            socketDirectory: socket, secretsDirectory: secrets, programDirectory: programs,
            serviceAccountDirectory: account)
    }

    /// The template of members' addresses, tried out for all of them; nil after a problem.
    mutating func peerAddressTemplate(
        identity: MemberIdentity?, members: Int?, service: String?
    ) -> PeerAddressTemplate? {
        let key = ConfigurationKey.peerAddress
        let value =
            value(key)
            ?? ConfigurationValue(
                text: ConfigurationDefaults.peerAddress, source: .derived("the default"))
        do throws(PeerAddressTemplate.Failure) {
            let template = try PeerAddressTemplate(value.text)
            guard let identity, let members, let service else { return nil }
            guard template.dependsOnOrdinal || members == 1 else {
                throw .init(clause: "gives all members one address")
            }
            let addresses = (0..<members).map {
                template.address(
                    statefulSet: identity.statefulSet, ordinal: $0, service: service,
                    namespace: identity.namespace)
            }
            if let wrong = addresses.first(where: { !Text.isHost($0) }) {
                throw .init(clause: "makes \"\(wrong)\", which is no host name or IP address")
            }
            return template
        } catch {
            report(
                key, value, error.clause,
                "Write it like \(ConfigurationDefaults.peerAddress).")
            return nil
        }
    }

    private mutating func apiServer(purpose: ConfigurationPurpose) -> APIServerAddress? {
        let names = ["KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT"]
        switch purpose {
        case .initialise: return nil
        case .run: break
        }
        let remedy = "Kubernetes sets it in every container; run this in a Pod."
        guard let host = variable(names[0], remedy), let port = variable(names[1], remedy) else {
            return nil
        }
        guard Text.isHost(host.text) else {
            report(
                names[0], host.source, "has the value \(host.quoted), which is no host", remedy)
            return nil
        }
        guard let number = Text.decimal(port.text), Limits.ports.contains(number) else {
            report(
                names[1], port.source, "has the value \(port.quoted), which is no port", remedy)
            return nil
        }
        return APIServerAddress(host: host.text, port: number)
    }

    private mutating func volume() -> String? {
        let remedy = "Set it to the data volume's mount point"
        guard let value = required(.volume, remedy), let path = path(.volume, value) else {
            return nil
        }
        guard path != "/" else {
            report(.volume, value, "is the root directory", "\(remedy).")
            return nil
        }
        return path
    }

    private mutating func socketDirectory(engine: EngineDefaults?) -> String {
        let key = ConfigurationKey.socketDirectory
        guard let value = value(key), let path = path(key, value) else {
            return engine?.socketDirectory ?? ""
        }
        if path.utf8.count > Limits.socketDirectory {
            report(
                key, value,
                "is longer than the \(Limits.socketDirectory) bytes that a Unix socket's path has",
                "Use a shorter path.")
        }
        return path
    }

    private mutating func refuseUnlessInside(_ data: String, volume: String) {
        guard !Self.isInside(data, volume) else { return }
        let key = ConfigurationKey.dataDirectory
        report(
            key.rawValue, source(of: key),
            "is \(data), which is not a directory inside the volume \(volume)",
            "Use a directory in it, such as \(volume)/data: beside it lie our own files and "
                + "unfinished copies.")
    }

    private mutating func refuseInside(_ path: String, _ key: ConfigurationKey, data: String) {
        guard path == data || Self.isInside(path, data) else { return }
        report(
            key.rawValue, source(of: key), "is \(path), inside the data directory \(data)",
            "Use a path outside of it: the data directory is replaced as a whole.")
    }

    private static func isInside(_ path: String, _ directory: String) -> Bool {
        path != directory && path.hasPrefix("\(directory)/")
    }
}
