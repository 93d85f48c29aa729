import FoundationEssentials
import HTTPClient
import KubernetesClient
import NIOPosix
import Playground

/// The stand-in, with certificates, token and client, for as long as a test runs.
struct StandIn: Sendable {
    let server: KubernetesAPIServer
    let directory: String
    let api: ContractAPI

    var client: KubernetesClient { api.client }

    /// Waits until that many more watches have begun.
    func waitForWatches(_ count: Int) async throws {
        let before = server.store.followersSoFar
        while server.store.followersSoFar < before + count {
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    static func with(
        historyLimit: Int = 1000, bookmarkInterval: Duration = .seconds(30),
        _ body: (StandIn) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "understudy-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let directory = folder.path()
        let certificates = try await PlaygroundCertificates.create(
            in: directory, addresses: ["127.0.0.1"])
        let server = try KubernetesAPIServer(
            address: "127.0.0.1", port: 0, certificates: certificates, tokens: ["secret"],
            group: MultiThreadedEventLoopGroup.singleton,
            store: ObjectStore(historyLimit: historyLimit), bookmarkInterval: bookmarkInterval)
        try await server.start()
        try Data("secret\n".utf8).write(to: URL(filePath: directory + "/token"))
        try Data("default".utf8).write(to: URL(filePath: directory + "/namespace"))
        let configuration = try KubernetesConfiguration.inCluster(
            environment: [
                "KUBERNETES_SERVICE_HOST": "127.0.0.1",
                "KUBERNETES_SERVICE_PORT": String(server.port),
            ],
            serviceAccountDirectory: directory)
        let standIn = StandIn(
            server: server, directory: directory,
            api: ContractAPI(configuration: configuration, token: "secret"))
        do {
            try await body(standIn)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
    }
}
