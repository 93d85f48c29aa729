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
        var listener: (any Channel)?
        var connections: [ObjectIdentifier: Connection] = [:]
        var isStopped = false
    }

    private struct Connection {
        var channel: any Channel
        var task: Task<Void, Never>
    }

    private let group: any EventLoopGroup
    private let tls: NIOSSLContext
    private let bookmarkInterval: Duration
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
        let listener = try await bind()
        state.withLock { state in
            state.listener = listener
            state.port = listener.localAddress?.port ?? state.port
        }
    }

    /// Stops listening, closes every connection, and waits for their end.
    public func stop() async {
        state.withLock { $0.isStopped = true }
        await close()
    }

    /// Begins an outage; nil ends it. Connections from before the change are closed, but for an
    /// outage that hangs: those stay, and are silent.
    /// - Throws: If the address can't be listened on again.
    public func setOutage(_ outage: APIOutage?) async throws {
        let before = state.withLock { state in
            defer { state.outage = outage }
            return state.outage
        }
        switch outage {
        case .refused:
            await close()
        case .hanging:
            break
        case .status, .answersLost, .slow, nil:
            for connection in connections { connection.channel.close(promise: nil) }
        }
        if before == .refused, outage != .refused, !state.withLock({ $0.isStopped }) {
            try await start()
        }
    }

    // MARK: - Connections

    private var connections: [Connection] { state.withLock { Array($0.connections.values) } }

    private func bind() async throws -> any Channel {
        let tls = self.tls
        return try await ServerBootstrap(group: group)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.backlog, value: 128)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    self.serve(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
                }
            }
            .bind(host: address, port: port).get()
    }

    private func close() async {
        let listener = state.withLock { state in
            defer { state.listener = nil }
            return state.listener
        }
        if let listener { await end(of: listener) }
        for connection in connections {
            connection.channel.close(promise: nil)
            connection.task.cancel()
            await connection.task.value
        }
    }

    private func end(of channel: any Channel) async {
        channel.close(promise: nil)
        await withCheckedContinuation { continuation in
            channel.closeFuture.whenComplete { _ in continuation.resume() }
        }
    }

    /// Serves a connection beside. Each one is served, also one that comes while the server stops:
    /// the library ends the process when a connection is dropped unserved.
    private func serve(_ connection: HTTPServerChannel) {
        let id = ObjectIdentifier(connection.channel)
        let handler = APIConnection(
            router: APIRouter(
                store: store, tokens: { self.state.withLock { $0.tokens } },
                noteWrite: { token in self.state.withLock { $0.writes[token, default: 0] += 1 } }),
            outage: { self.state.withLock { $0.outage } }, bookmarkInterval: bookmarkInterval)
        state.withLock { state in
            let task = Task {
                await handler.serve(connection)
                self.state.withLock { $0.connections[id] = nil }
            }
            state.connections[id] = Connection(channel: connection.channel, task: task)
            if state.isStopped || state.outage == .refused { task.cancel() }
        }
    }
}
