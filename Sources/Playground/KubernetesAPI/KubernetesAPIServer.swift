import JSON
public import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// A stand-in for the Kubernetes API server: the part of the API that members and `kubectl` use,
/// over HTTPS, with its objects in memory.
public final class KubernetesAPIServer: Sendable {
    /// The address it listens on.
    public let address: String
    /// The objects.
    public let store: ObjectStore

    private struct State {
        var port: Int
        var tokens: Set<String>
        var outage: APIOutage?
        var writes: [String: Int] = [:]
        var connections: [ObjectIdentifier: any Channel] = [:]
        var isStopped = false
    }

    private let group: any EventLoopGroup
    private let tls: NIOSSLContext
    private let bookmarkInterval: Duration
    private let listener = Listener()
    private let state: Mutex<State>

    /// A server that does not listen yet.
    /// - Parameters:
    ///   - address: The address to listen on.
    ///   - port: Zero for a free one; see ``port``.
    ///   - certificates: What it shows to its clients; must be good for the address.
    ///   - tokens: The bearer tokens that are accepted.
    ///   - namespaces: The namespaces that are there.
    ///   - group: Where it runs.
    ///   - store: Its objects.
    ///   - bookmarkInterval: How often a watch that asked for them gets bookmarks.
    /// - Throws: If the certificate or its key can't be read.
    public init(
        address: String, port: Int, certificates: PlaygroundCertificates, tokens: Set<String>,
        namespaces: [String] = ["default"], group: any EventLoopGroup,
        store: ObjectStore = ObjectStore(), bookmarkInterval: Duration = .seconds(30)
    ) throws {
        self.address = address
        self.group = group
        self.store = store
        self.bookmarkInterval = bookmarkInterval
        state = Mutex(State(port: port, tokens: tokens))
        let chain = try NIOSSLCertificate.fromPEMFile(certificates.serverCertificate)
        let key = try NIOSSLPrivateKey(file: certificates.serverKey, format: .pem)
        tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key)))
        for name in namespaces {
            try store.create(["metadata": ["name": .string(name)]], as: .namespaces, in: "")
        }
    }

    /// The port it listens on; the asked-for one before ``start()``.
    public var port: Int { state.withLock { $0.port } }

    /// `https://address:port`
    public var url: String { "https://\(address):\(port)" }

    /// Replaces the accepted tokens.
    public func setTokens(_ tokens: Set<String>) {
        state.withLock { $0.tokens = tokens }
    }

    /// How many requests that write have come with each token, refused ones included.
    public var writes: [String: Int] { state.withLock { $0.writes } }

    /// Begins to listen.
    /// - Throws: If the address is in use or not of this machine.
    public func start() async throws {
        let server = try await bind()
        if let port = server.channel.localAddress?.port { state.withLock { $0.port = port } }
        await listener.run { await self.accept(from: server) }
    }

    /// Stops listening and closes every connection.
    public func stop() async {
        state.withLock { $0.isStopped = true }
        await listener.stop()
    }

    /// Begins an outage; nil ends it. Connections from before the change are closed, but for an
    /// outage that hangs: those stay, and are silent.
    /// - Throws: If the address can't be listened on again.
    public func setOutage(_ outage: APIOutage?) async throws {
        let (before, connections) = state.withLock { state in
            defer { state.outage = outage }
            return (state.outage, Array(state.connections.values))
        }
        if outage != .hanging { for channel in connections { channel.close(promise: nil) } }
        if outage == .refused { return await listener.stop() }
        if before == .refused, !state.withLock({ $0.isStopped }) { try await start() }
    }

    // MARK: - Connections

    private func bind() async throws -> NIOAsyncChannel<HTTPServerChannel, Never> {
        let tls = self.tls
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 128)
            .bind(host: address, port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    return try NIOAsyncChannel(wrappingChannelSynchronously: channel)
                }
            }
    }

    private func accept(from server: NIOAsyncChannel<HTTPServerChannel, Never>) async {
        let handler = APIConnection(
            router: APIRouter(
                store: store, tokens: { self.state.withLock { $0.tokens } },
                noteWrite: { token in self.state.withLock { $0.writes[token, default: 0] += 1 } }),
            outage: { self.state.withLock { $0.outage } }, bookmarkInterval: bookmarkInterval)
        do {
            try await withThrowingDiscardingTaskGroup { group in
                try await server.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask {
                            self.opened(connection.channel)
                            await handler.serve(connection)
                            self.closed(connection.channel)
                        }
                    }
                    group.cancelAll()
                }
            }
        } catch {
            // The listening socket was closed: by ``stop()``, or it is the end of the program.
        }
    }

    private func opened(_ channel: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(channel)] = channel }
    }

    private func closed(_ channel: any Channel) {
        state.withLock { $0.connections[ObjectIdentifier(channel)] = nil }
    }
}
