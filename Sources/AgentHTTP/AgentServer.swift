public import NIOCore
import NIOHTTP1
import NIOPosix
public import ReplicationCore

/// The agent's HTTP interface: unauthenticated, without any effect but `/database/prestop`, and
/// answered from memory, so that it stays right and quick whatever the rest of the agent does.
/// Only `POST /promise` is for members alone, and signed with their key.
///
/// `GET`, `HEAD` and `OPTIONS` of `/live`, `/ready`, `/database/alive`, `/health`, and (as Patroni)
/// `/`, `/primary`, `/master`, `/replica?lag=10MB` answer 200 or 503; `/state` the member's report
/// as JSON; `GET /database/prestop` waits for the agent.
public final class AgentServer: Sendable {
    private let listener: any Channel
    private let table: NIOLoopBoundBox<ConnectionTable>

    private init(listener: any Channel, table: NIOLoopBoundBox<ConnectionTable>) {
        self.listener = listener
        self.table = table
    }

    /// Starts to listen.
    /// - Parameters:
    ///   - address: an IP address.
    ///   - port: a TCP port; 0 for any that is free.
    ///   - board: where the agent publishes what is answered.
    ///   - clock: the monotonic clock of the published instants.
    ///   - prestopLimit: how long `/database/prestop` waits for the agent before it answers 503.
    ///   - prestop: what the agent does then; cancelled at the limit, and never called twice at the
    ///     same time.
    ///   - promise: what the agent gives for `POST /promise`.
    ///   - loop: the event loop that everything runs on; it must outlive the server.
    /// - Returns: A server that listens until it is closed.
    /// - Throws: ``AgentServerError`` when it cannot listen there.
    public static func start(
        address: String, port: Int, board: HealthBoard, clock: @escaping @Sendable () -> Instant,
        prestopLimit: Duration, prestop: @escaping @Sendable () async -> Void,
        promise: PromiseService, on loop: any EventLoop
    ) async throws(AgentServerError) -> AgentServer {
        try await start(
            address: address, port: port, responder: Responder(board: board, clock: clock),
            prestop: PrestopCall.Settings(limit: TimeAmount(prestopLimit), handler: prestop),
            promise: promise, times: ServerTimes(), on: loop)
    }

    static func start(
        address: String, port: Int, responder: Responder, prestop: PrestopCall.Settings,
        promise: PromiseService, times: ServerTimes, on loop: any EventLoop
    ) async throws(AgentServerError) -> AgentServer {
        do {
            let table = try await loop.submit {
                NIOLoopBoundBox(ConnectionTable(), eventLoop: loop)
            }.get()
            let call = try await loop.submit {
                NIOLoopBound(PrestopCall(prestop, on: loop), eventLoop: loop)
            }.get()
            let desk = try await loop.submit {
                NIOLoopBound(
                    PromiseDesk(promise, board: responder.board, on: loop), eventLoop: loop)
            }.get()
            let listener = try await bootstrap(on: loop) { channel in
                try configure(
                    channel,
                    RequestHandler(
                        responder: responder, prestop: call.value, desk: desk.value,
                        table: table.value, times: times))
            }.bind(host: address, port: port).get()
            return AgentServer(listener: listener, table: table)
        } catch {
            throw AgentServerError(address: address, port: port, cause: error)
        }
    }

    /// The port that it listens on.
    public var port: Int { listener.localAddress?.port ?? 0 }

    /// Stops listening and ends all connections.
    public func close() async {
        let table = self.table
        _ = listener.eventLoop.submit { table.value.close() }
        do {
            try await listener.close().get()
        } catch {
            // Closed already: that is what was asked for.
            return
        }
    }

    private static func bootstrap(
        on loop: any EventLoop, _ configure: @escaping @Sendable (any Channel) throws -> Void
    ) -> ServerBootstrap {
        ServerBootstrap(group: loop, childGroup: loop)
            .serverChannelOption(ChannelOptions.backlog, value: Limits.backlog)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 1)
            .childChannelOption(
                ChannelOptions.recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: Limits.readBytes)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try configure(channel) }
            }
    }

    private static func configure(_ channel: any Channel, _ handler: RequestHandler) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = Limits.headerBytes
        limits.maxHeaderListSize = Limits.headerBytes
        limits.maxHeaderFieldCount = Limits.headerFields
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(HTTPResponseEncoder())
        try pipeline.addHandler(
            ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)))
        try pipeline.addHandler(HTTPServerPipelineHandler())
        try pipeline.addHandler(handler)
    }
}
