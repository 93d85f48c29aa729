import NIOCore
import NIOHTTP1

/// What takes the parts of one response, on the connection's event loop.
protocol ResponseSink: AnyObject {
    func received(_ head: HTTPResponseHead)
    func received(_ bytes: ByteBuffer)
    /// The response is whole; nothing more follows.
    func finished()
    /// The connection is gone; nothing more follows.
    func failed(_ reason: String)
}
