import ReplicationCore

extension ConfigurationKey {
    /// A line of the list of keys, as `--help` and the documentation show it.
    public struct Documentation: Sendable, Hashable {
        /// The key.
        public let key: ConfigurationKey
        /// What holds when nobody gives it; nil when somebody must.
        public let defaultValue: String?
        /// What it means, in a few words.
        public let meaning: String
    }

    /// Every key with its default and meaning, in the order in which people read them.
    public static var documentation: [Documentation] {
        allCases.map {
            Documentation(key: $0, defaultValue: $0.defaultDescription, meaning: $0.meaning)
        }
    }

    /// What holds when nobody gives the key; nil when somebody must.
    public var defaultDescription: String? {
        switch self {
        case .engine, .volume: nil
        case .cluster: "the StatefulSet's name"
        case .members: String(ConfigurationDefaults.members)
        case .mode: ConfigurationDefaults.mode.rawValue
        case .profile: ConfigurationDefaults.profile.rawValue
        case .service: "the cluster's name"
        case .peerAddress: ConfigurationDefaults.peerAddress
        case .agentAddress: ConfigurationDefaults.agentAddress
        case .agentPort: String(ConfigurationDefaults.agentPort)
        case .databaseAddress: ConfigurationDefaults.databaseAddress
        case .databasePort: perEngine { String($0.databasePort) }
        case .dataDirectory: perEngine { "<volume>/\($0.dataDirectoryName)" }
        case .runtimeDirectory: ConfigurationDefaults.runtimeDirectory
        case .socketDirectory: perEngine { $0.socketDirectory }
        case .secretsDirectory: ConfigurationDefaults.secretsDirectory
        case .programDirectory: "as PATH finds them"
        case .maximumLag: ConfigurationDefaults.maximumLag
        case .earlyTakeover: ConfigurationDefaults.earlyTakeover.rawValue
        case .serviceAccountDirectory: ConfigurationDefaults.serviceAccountDirectory
        case .podSelector: "app.kubernetes.io/instance=<cluster>"
        case .roleLabel: ConfigurationDefaults.roleLabel
        case .logLevel: ConfigurationDefaults.logLevel.rawValue
        case .configurationDirectory: "none"
        }
    }

    /// What the key means, in a few words.
    public var meaning: String {
        switch self {
        case .engine:
            "the kind of database: \(EngineDefaults.all.map(\.name).joined(separator: ", "))"
        case .cluster: "name of the cluster and of its Lease"
        case .members: "how many members the StatefulSet has"
        case .mode: "what a commit must have reached: \(choices(of: Mode.self))"
        case .profile: "how fast a lost node is replaced: \(choices(of: Profile.self))"
        case .service: "the headless Service of the StatefulSet"
        case .peerAddress:
            "a member's address; {statefulset} {ordinal} {ordinal+1} {service} {namespace}"
        case .agentAddress: "where the agent's HTTP interface listens"
        case .agentPort: "its port, the same on all members"
        case .databaseAddress: "where the database listens; * for everywhere"
        case .databasePort: "its port, the same on all members"
        case .volume: "where the data volume is mounted"
        case .dataDirectory: "the database's directory, inside the volume"
        case .runtimeDirectory:
            "in memory, shared by agent, init and database: generated settings"
        case .socketDirectory: "the database's Unix socket, shared too"
        case .secretsDirectory: "the mounted files replication-password and agent-key"
        case .programDirectory: "where the database's programs are"
        case .maximumLag: "mode async: how many bytes behind a member may be promoted"
        case .earlyTakeover:
            "replace a master that nobody hears before its Lease ends: \(choices(of: Switch.self))"
        case .serviceAccountDirectory: "token, ca.crt and namespace"
        case .podSelector: "which Pods are members"
        case .roleLabel: "the label that says master or replica"
        case .logLevel: "the least important entries: \(choices(of: LogLevel.self))"
        case .configurationDirectory: "a folder with a file for each key; no file of its own"
        }
    }

    private func perEngine(_ value: (EngineDefaults) -> String) -> String {
        EngineDefaults.all.map { "\(value($0)) (\($0.name))" }.joined(separator: ", ")
    }

    private func choices<Choice: CaseIterable & RawRepresentable>(of: Choice.Type) -> String
    where Choice.RawValue == String {
        Choice.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
