import NIOCore
import NIOPosix
import Testing

/// Answers the first bytes that arrive with bytes of its own, and closes.
private final class Parrot: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: String

    init(answer: String) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        context.close(mode: .output, promise: nil)
    }
}

/// A server that sends the same bytes to whoever connects, and then closes.
func withAnswer(
    _ answer: String, _ body: (Int) async throws -> Void
) async throws {
    let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(Parrot(answer: answer))
            }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    try await body(try #require(listener.localAddress?.port))
    try await listener.close()
}
