import ReplicationCore

/// What holds for keys that nobody gives and that no other key decides.
enum ConfigurationDefaults {
    static let members = 3
    static let mode = Mode.quorum
    static let profile = Profile.default
    static let peerAddress = "{statefulset}-{ordinal}.{service}.{namespace}.svc"
    static let agentAddress = "0.0.0.0"
    static let agentPort = 8009
    static let databaseAddress = "*"
    static let runtimeDirectory = "/understudy/run"
    static let secretsDirectory = "/understudy/secrets"
    static let maximumLag = "16MiB"
    static let earlyTakeover = Switch.on
    static let serviceAccountDirectory = "/var/run/secrets/kubernetes.io/serviceaccount"
    static let roleLabel = "role"
    static let logLevel = LogLevel.info
}
