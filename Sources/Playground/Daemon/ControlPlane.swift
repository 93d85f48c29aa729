import FoundationEssentials
import JSON
import NIOCore
import ReplicationCore

/// The API server with what belongs to it: certificates, token, kubeconfig, and the one object that
/// must outlive it.
struct ControlPlane: Sendable {
    let server: KubernetesAPIServer
    private let directory: PlaygroundDirectory
    private let cluster: String
    /// The bearer token of each member.
    private let tokens: [String: String]

    /// Starts the API server. Throws ``PlaygroundError``.
    static func start(
        in directory: PlaygroundDirectory, cluster: String, members: [MemberSpecification],
        host: String, group: any EventLoopGroup
    ) async throws(PlaygroundError) -> ControlPlane {
        try FileTree.makeFolder(directory.certificates)
        let token = Secrets.random()
        let tokens = members.reduce(into: [String: String]()) { $0[$1.name] = Secrets.random() }
        let certificates: PlaygroundCertificates
        do {
            certificates = try await .create(in: directory.certificates, addresses: [host])
        } catch {
            throw PlaygroundError(.unavailable, "The API server has no certificate: \(error).")
        }
        let port = PlaygroundOptions.apiPort
        let server: KubernetesAPIServer
        do {
            server = try KubernetesAPIServer(
                address: host, port: port, certificates: certificates,
                tokens: Set(tokens.values).union([token]), group: group)
            try await server.start()
        } catch {
            throw Listening.error("the API server", host: host, port: port, error)
        }
        let plane = ControlPlane(
            server: server, directory: directory, cluster: cluster, tokens: tokens)
        guard let authority = FileContents.read(certificates.authority) else {
            throw PlaygroundError(.unexpected, "\(certificates.authority) cannot be read.")
        }
        try plane.writeAccount(directory.serviceAccount, token: token, authority: authority)
        for member in members {
            try plane.writeAccount(
                member.directory.serviceAccount, token: tokens[member.name] ?? "",
                authority: authority)
        }
        try plane.writeKubeconfig()
        plane.restore()
        return plane
    }

    /// Stops the server; the Lease is kept for the next start.
    func stop() async {
        if let lease = server.store.get(
            .leases, named: cluster, in: APIPodStore.namespace)
        {
            do {
                try FileContents.replace(directory.apiState, with: lease.bytes)
            } catch {
                Console.error("The Lease cannot be kept: \(error)")
            }
        }
        await server.stop()
    }

    /// How many requests that write each member has sent.
    var writes: [String: Int] {
        let writes = server.writes
        return tokens.mapValues { writes[$0] ?? 0 }
    }

    /// What the Lease says: of its holder, of the record, and of what people ask for.
    var lease: PlaygroundStatus.Lease {
        let lease = server.store.get(.leases, named: cluster, in: APIPodStore.namespace)
        var texts = lease?["metadata"]?["annotations"]?.strings ?? [:]
        let record = texts.removeValue(forKey: "understudy.dev/record")
        texts["understudy.dev/record-checksum"] = nil
        return PlaygroundStatus.Lease(
            holder: lease?["spec"]?["holderIdentity"]?.string ?? "",
            term: Int(lease?["spec"]?["leaseTransitions"]?.integer ?? 0),
            renewTime: lease?["spec"]?["renewTime"]?.string ?? "",
            voters: record.map(voters) ?? [], annotations: texts)
    }

    private func voters(in record: String) -> [String] {
        do {
            return try JSONDecoder().decode(ClusterRecord.self, from: Data(record.utf8))
                .synchronous.voters.map(\.member)
        } catch {
            // A damaged record counts as none, for its readers too.
            return []
        }
    }

    /// Sets an annotation of the Lease, or removes it. Throws ``PlaygroundError``.
    func annotate(_ key: String, _ value: String?) throws(PlaygroundError) {
        let annotations: JSONValue = .object([key: value.map { .string($0) } ?? .null])
        do {
            try server.store.patch(
                .leases, named: cluster, in: APIPodStore.namespace,
                with: ["metadata": ["annotations": annotations]])
        } catch {
            throw PlaygroundError(.temporary, "The Lease \(cluster) stays as it is: \(error).")
        }
    }

    /// Removes the Lease, as `kubectl delete lease` does. Throws ``PlaygroundError``.
    func deleteLease() throws(PlaygroundError) {
        do {
            try server.store.delete(.leases, named: cluster, in: APIPodStore.namespace)
        } catch {
            throw PlaygroundError(.temporary, "The Lease \(cluster) stays as it is: \(error).")
        }
    }

    /// Lets the API server be as that says. Throws ``PlaygroundError``.
    func set(_ service: ControlRequest.Service) async throws(PlaygroundError) {
        let outage: APIOutage? =
            switch service {
            case .running: nil
            case .stopped: .refused
            case .hanging: .hanging
            }
        do {
            try await server.setOutage(outage)
        } catch {
            throw Listening.error(
                "the API server", host: server.address, port: server.port, error)
        }
    }

    private func writeAccount(
        _ folder: String, token: String, authority: [UInt8]
    ) throws(PlaygroundError) {
        try FileTree.makeFolder(folder)
        try FileContents.replace("\(folder)/ca.crt", with: authority)
        try FileContents.replace("\(folder)/token", with: token.utf8)
        try FileContents.replace("\(folder)/namespace", with: APIPodStore.namespace.utf8)
    }

    private func writeKubeconfig() throws(PlaygroundError) {
        let account = directory.serviceAccount
        let kubeconfig = Kubeconfig.document(
            server: server.url, authority: "\(account)/ca.crt", tokenFile: "\(account)/token",
            namespace: APIPodStore.namespace)
        try FileContents.replace(directory.kubeconfig, with: kubeconfig.bytes)
    }

    /// A cluster's Lease is in etcd while all its Pods are down; here it is in a file.
    private func restore() {
        guard let bytes = FileContents.read(directory.apiState) else { return }
        do {
            var lease = try JSONValue(parsing: bytes)
            var metadata = lease["metadata"] ?? [:]
            metadata["resourceVersion"] = nil
            lease["metadata"] = metadata
            try server.store.create(lease, as: .leases, in: APIPodStore.namespace)
        } catch {
            Console.error(
                "The Lease of an earlier run in \(directory.apiState) cannot be read and is left "
                    + "out: \(error)")
        }
    }
}
