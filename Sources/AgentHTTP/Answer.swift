import NIOCore
import NIOHTTP1

/// A response in the making.
struct Answer {
    var status: HTTPResponseStatus
    var body: ByteBuffer
    var headers: [(String, String)] = []
    /// Whether the connection is of no use afterwards.
    var closes = false
    /// Whether only the status and headers are sent (HEAD, OPTIONS).
    var isBodiless = false

    /// A refusal with a fixed sentence: nothing of the request is repeated in it.
    static func refusal(_ status: HTTPResponseStatus, _ sentence: String, closes: Bool) -> Answer {
        Answer(
            status: status, body: ByteBuffer(string: "{\"error\":\"\(sentence)\"}"),
            closes: closes)
    }
}
