import Glibc
import JSON
import NIOCore

/// The API server with what belongs to it: certificates, token, kubeconfig, and the one object that
/// must outlive it.
struct ControlPlane: Sendable {
    let server: KubernetesAPIServer
    private let directory: PlaygroundDirectory
    private let cluster: String

    /// Starts the API server. Throws ``PlaygroundError``.
    static func start(
        in directory: PlaygroundDirectory, cluster: String, host: String,
        group: any EventLoopGroup
    ) async throws(PlaygroundError) -> ControlPlane {
        try FileTree.makeFolder(directory.certificates)
        try FileTree.makeFolder(directory.serviceAccount)
        let token = Secrets.random()
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
                address: host, port: port, certificates: certificates, tokens: [token],
                group: group)
            try await server.start()
        } catch {
            throw Listening.error("the API server", host: host, port: port, error)
        }
        let plane = ControlPlane(server: server, directory: directory, cluster: cluster)
        try plane.writeAccount(token: token, authority: certificates.authority)
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

    private func writeAccount(token: String, authority: String) throws(PlaygroundError) {
        let account = directory.serviceAccount
        guard let certificate = FileContents.read(authority) else {
            throw PlaygroundError(.unexpected, "\(authority) cannot be read.")
        }
        try FileContents.replace("\(account)/ca.crt", with: certificate)
        try FileContents.replace("\(account)/token", with: token.utf8)
        try FileContents.replace("\(account)/namespace", with: APIPodStore.namespace.utf8)
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
