/// All settings of init container and agent: read and validated once, then immutable.
///
/// Each key is a flag, an `UNDERSTUDY_*` variable, or a file named like it in the configuration
/// directory; a flag wins over a variable, a variable over a file, a file over the default.
/// ``ConfigurationKey/documentation`` lists them. Besides there are the downward API's `POD_NAME`,
/// `POD_NAMESPACE`, `POD_UID`, `POD_IP` and (where it is told) `NODE_NAME`, and Kubernetes' own
/// `KUBERNETES_SERVICE_HOST` and `KUBERNETES_SERVICE_PORT`.
public struct AgentConfiguration: Sendable, Hashable {
    /// The engine's name, one of ``EngineDefaults/all``.
    public let engine: String
    /// Who this member is.
    public let identity: MemberIdentity
    /// The cluster that it belongs to.
    public let cluster: ClusterSettings
    /// Addresses and ports.
    public let network: NetworkSettings
    /// Paths.
    public let paths: PathSettings
    /// Mode, timings and lag.
    public let policy: PolicySettings
    /// The least important log entries that are written.
    public let logLevel: LogLevel

    private let peerAddressTemplate: PeerAddressTemplate

    /// Reads and validates the settings.
    /// - Parameters:
    ///   - overrides: what flags gave, by the key's name: `["mode": "async"]`.
    ///   - environment: the process's environment.
    ///   - purpose: which program asks.
    /// - Throws: ``ConfigurationError`` with all that is wrong.
    public init(
        overrides: [String: String], environment: [String: String], purpose: ConfigurationPurpose
    ) throws(ConfigurationError) {
        var reader = ConfigurationReader(overrides: overrides, environment: environment)
        let identity = reader.identity()
        let engine = reader.engine()
        let cluster = reader.cluster(of: identity)
        let network = reader.network(cluster: cluster, engine: engine, purpose: purpose)
        let paths = reader.paths(engine: engine)
        let policy = reader.policy()
        let logLevel = reader.choice(.logLevel, default: ConfigurationDefaults.logLevel)
        let template = reader.peerAddressTemplate(
            identity: identity, members: cluster?.members, service: network?.service)
        guard reader.problems.isEmpty, let identity, let engine, let cluster, let network,
            let paths, let template
        else { throw ConfigurationError(problems: reader.problems) }
        self.engine = engine.name
        self.identity = identity
        self.cluster = cluster
        self.network = network
        self.paths = paths
        self.policy = policy
        self.logLevel = logLevel
        peerAddressTemplate = template
    }

    /// The address of the member with that ordinal: a host name or an IP address.
    public func peerAddress(ordinal: Int) -> String {
        peerAddressTemplate.address(
            statefulSet: identity.statefulSet, ordinal: ordinal, service: network.service,
            namespace: identity.namespace)
    }

    /// The name of the member with that ordinal, which is its Pod's.
    public func memberName(ordinal: Int) -> String {
        "\(identity.statefulSet)-\(ordinal)"
    }

    /// The ordinals of all other members.
    public var peerOrdinals: [Int] {
        (0..<cluster.members).filter { $0 != identity.ordinal }
    }
}
