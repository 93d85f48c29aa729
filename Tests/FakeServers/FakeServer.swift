import NIOCore
import NIOPosix
import Synchronization

/// A TCP server that does what a script says whenever a whole request head has come.
public final class FakeServer: Sendable {
    /// What to do next on a connection.
    public enum Action: Sendable {
        /// Sends text.
        case send(String)
        /// Closes the connection.
        case close
    }

    /// What came: which connection since the start (from 0), which request on it (from 0), and its
    /// text.
    public struct Request: Sendable {
        /// The connection's number.
        public var connection: Int
        /// The request's number on its connection.
        public var number: Int
        /// The head, and what came of the body with it.
        public var text: String
    }

    /// The port on 127.0.0.1.
    public let port: Int
    private let channel: any Channel
    private let counter: Counter

    private init(channel: any Channel, port: Int, counter: Counter) {
        self.channel = channel
        self.port = port
        self.counter = counter
    }

    /// How many connections were accepted.
    public var connections: Int { counter.connections }

    /// Runs a server for as long as the body runs.
    public static func with<Result: Sendable>(
        script: @escaping @Sendable (Request) -> [Action],
        _ body: (FakeServer) async throws -> Result
    ) async throws -> Result {
        let counter = Counter()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                let index = counter.accept(channel)
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        ScriptHandler(connection: index, script: script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = channel.localAddress?.port ?? 0
        let server = FakeServer(channel: channel, port: port, counter: counter)
        do {
            let result = try await body(server)
            await server.stop()
            return result
        } catch {
            await server.stop()
            throw error
        }
    }

    /// Closes the connections that are open, and goes on to listen.
    public func closeConnections() async {
        for channel in counter.take() {
            channel.close(promise: nil)
            await withCheckedContinuation { continuation in
                channel.closeFuture.whenComplete { _ in continuation.resume() }
            }
        }
    }

    private func stop() async {
        channel.close(promise: nil)
        await closeConnections()
    }
}

/// The connections of a server.
final class Counter: Sendable {
    private let state = Mutex<(count: Int, open: [any Channel])>((0, []))

    var connections: Int { state.withLock { $0.count } }

    func accept(_ channel: any Channel) -> Int {
        state.withLock { state in
            state.count += 1
            state.open.append(channel)
            return state.count - 1
        }
    }

    func take() -> [any Channel] {
        state.withLock { state in
            defer { state.open = [] }
            return state.open
        }
    }
}

/// Runs the script on one connection.
final class ScriptHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let connection: Int
    private let script: @Sendable (FakeServer.Request) -> [FakeServer.Action]
    private var number = 0
    private var received = ""

    init(
        connection: Int, script: @escaping @Sendable (FakeServer.Request) -> [FakeServer.Action]
    ) {
        self.connection = connection
        self.script = script
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard received.contains("\r\n\r\n") else { return }
        let request = FakeServer.Request(connection: connection, number: number, text: received)
        received = ""
        number += 1
        for action in script(request) {
            switch action {
            case .send(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .close:
                context.close(promise: nil)
            }
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
