import NIOCore

/// Counts the bytes that come in until the other side ends.
final class CountHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let total: EventLoopPromise<Int>
    private var count = 0

    init(_ total: EventLoopPromise<Int>) {
        self.total = total
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        count += unwrapInboundIn(data).readableBytes
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        total.succeed(count)
    }
}
