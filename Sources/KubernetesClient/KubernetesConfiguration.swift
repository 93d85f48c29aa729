public import HTTPClient

/// How to reach the Kubernetes API, and as whom.
public struct KubernetesConfiguration: Sendable, Hashable {
    /// The API server. Its certificate is verified against this host and the pinned authorities.
    public var endpoint: HTTPEndpoint
    /// The file with the bearer token; read again at least each minute, and after a refusal.
    public var tokenFile: String
    /// The namespace of all objects.
    public var namespace: String

    /// A configuration from its parts.
    public init(endpoint: HTTPEndpoint, tokenFile: String, namespace: String) {
        self.endpoint = endpoint
        self.tokenFile = tokenFile
        self.namespace = namespace
    }

    /// What Kubernetes gives to each Pod.
    /// - Parameters:
    ///   - environment: Holds KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT.
    ///   - serviceAccountDirectory: Holds `token`, `ca.crt` and `namespace`.
    /// - Returns: The configuration; nothing was sent yet.
    /// - Throws: ``KubernetesError`` of the code `configuration` if one of them is missing.
    public static func inCluster(
        environment: [String: String],
        serviceAccountDirectory: String = "/var/run/secrets/kubernetes.io/serviceaccount"
    ) throws(KubernetesError) -> KubernetesConfiguration {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let text = environment["KUBERNETES_SERVICE_PORT"], let port = UInt16(text)
        else {
            throw KubernetesError(
                .configuration,
                "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must name the API server: "
                    + "run this in a Pod")
        }
        let authorities = serviceAccountDirectory + "/ca.crt"
        _ = try SmallFile.read(authorities)
        let configuration = KubernetesConfiguration(
            endpoint: HTTPEndpoint(
                host: host, port: Int(port), tls: HTTPTLS(trustRoots: authorities)),
            tokenFile: serviceAccountDirectory + "/token",
            namespace: try SmallFile.readWord(serviceAccountDirectory + "/namespace"))
        _ = try SmallFile.readWord(configuration.tokenFile)
        return configuration
    }
}
