import HTTPClient
import JSON
import KubernetesClient
import NIOPosix
import Testing

/// Some API server that the contract is checked against.
struct ContractAPI: Sendable {
    let configuration: KubernetesConfiguration
    let token: String
    let client: KubernetesClient

    init(configuration: KubernetesConfiguration, token: String) {
        self.configuration = configuration
        self.token = token
        client = KubernetesClient(
            configuration: configuration, group: MultiThreadedEventLoopGroup.singleton)
    }

    static let deadline = Duration.seconds(10)

    /// A name that no other test uses.
    func freshName() -> String {
        "contract-" + String(UInt64.random(in: 0...UInt64.max), radix: 16)
    }

    var leases: String {
        "/apis/coordination.k8s.io/v1/namespaces/\(configuration.namespace)/leases"
    }

    var pods: String { "/api/v1/namespaces/\(configuration.namespace)/pods" }

    /// A request of any kind, for what the client rightly can't do.
    func raw(
        _ method: String, _ path: String, body: JSONValue? = nil,
        type: String = "application/json"
    ) async throws -> (status: Int, json: JSONValue) {
        let connection = HTTPConnection(
            endpoint: configuration.endpoint, group: MultiThreadedEventLoopGroup.singleton)
        let response = try await connection.send(
            HTTPRequest(
                method: method, path: path,
                headers: [("Authorization", "Bearer \(token)"), ("Content-Type", type)],
                body: body?.bytes),
            timeout: Self.deadline)
        return (response.status, try JSONValue(parsing: response.body))
    }

    func createLease(_ name: String, holder: String = "me") async throws -> Lease {
        try await client.createLease(
            Lease(
                metadata: ObjectMetadata(name: name, annotations: ["example.org/note": "kept"]),
                spec: LeaseSpec(
                    holderIdentity: holder, leaseDurationSeconds: 15, acquireTime: MicroTime.now(),
                    renewTime: MicroTime.now(), leaseTransitions: 1)),
            timeout: Self.deadline)
    }

    func deleteLease(_ name: String) async throws {
        _ = try await raw("DELETE", "\(leases)/\(name)")
    }

    /// Creates a Pod that no node runs.
    func createPod(_ name: String, labels: [String: String]) async throws -> Pod {
        let body: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": ["name": .string(name), "labels": JSONValue(labels)],
            "spec": [
                "automountServiceAccountToken": false,
                "containers": [["name": "main", "image": "example.org/none"]],
            ],
        ]
        let (status, json) = try await raw("POST", pods, body: body)
        #expect(status == 201, "\(json)")
        return Pod(json: json)
    }

    func deletePod(_ name: String) async throws {
        _ = try await raw("DELETE", "\(pods)/\(name)?gracePeriodSeconds=0")
    }

    /// The code of the error that a call ends with; nil if it succeeds.
    func code(
        of call: () async throws(KubernetesError) -> Void
    ) async -> KubernetesError.Code? {
        do throws(KubernetesError) {
            try await call()
            return nil
        } catch {
            return error.code
        }
    }
}
