import NIOCore
import NIOHTTP1

/// A response in the making.
struct Answer {
    var status: HTTPResponseStatus
    var body: ByteBuffer
    var headers: [(String, String)] = []
    /// Whether the connection is of no use afterwards.
    var closes = false
    /// Whether the request was not even read to its end.
    var isRefusal = false
    /// Whether only the status and headers are sent (HEAD, OPTIONS).
    var isBodiless = false

    /// An error with a fixed sentence: nothing of the request is repeated in it.
    static func error(_ status: HTTPResponseStatus, _ sentence: String) -> Answer {
        Answer(status: status, body: ByteBuffer(string: "{\"error\":\"\(sentence)\"}"))
    }

    /// An error that ends the connection, for a request that cannot be read to its end.
    static func refusal(_ status: HTTPResponseStatus, _ sentence: String) -> Answer {
        var answer = error(status, sentence)
        answer.closes = true
        answer.isRefusal = true
        return answer
    }
}
