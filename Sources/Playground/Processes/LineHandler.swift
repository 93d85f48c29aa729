import NIOCore

/// Hands on the lines that come in, and says when there will be no more.
final class LineHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let maximumBytes: Int
    private let onLine: (String) -> Void
    private let onEnd: () -> Void
    private var pending = ByteBuffer()

    /// A line that is longer than the maximum ends the connection.
    init(
        maximumBytes: Int, onLine: @escaping (String) -> Void, onEnd: @escaping () -> Void
    ) {
        self.maximumBytes = maximumBytes
        self.onLine = onLine
        self.onEnd = onEnd
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var buffer = unwrapInboundIn(data)
        pending.writeBuffer(&buffer)
        while let end = pending.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) {
            let length = end - pending.readerIndex
            guard let line = pending.readString(length: length) else { break }
            pending.moveReaderIndex(forwardBy: 1)
            onLine(line)
        }
        pending.discardReadBytes()
        if pending.readableBytes > maximumBytes { context.close(promise: nil) }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A pipe's end is a half-closure to NIO; both ends belong to the same process.
        if case .some(.inputClosed) = event as? ChannelEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        onEnd()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
