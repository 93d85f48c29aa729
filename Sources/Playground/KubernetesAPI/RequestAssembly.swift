import NIOCore
import NIOHTTP1

/// Puts the parts of a request together.
struct RequestAssembly {
    /// The most bytes of a request's body.
    static let maximumBody = 3 << 20

    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    /// Whether the connection may be used for another request.
    private(set) var isKeepAlive = true

    /// Takes a part; returns the request when it is whole.
    mutating func take(_ part: HTTPServerRequestPart) throws(APIFailure) -> APIRequest? {
        switch part {
        case .head(let received):
            head = received
            body = []
            isKeepAlive = received.isKeepAlive
        case .body(let bytes):
            guard body.count + bytes.readableBytes <= Self.maximumBody else {
                throw .badRequest("the body is longer than \(Self.maximumBody) bytes")
            }
            body.append(contentsOf: bytes.readableBytesView)
        case .end:
            guard let head else { throw .badRequest("a request without a beginning") }
            defer { self.head = nil }
            return APIRequest(
                method: head.method.rawValue, target: head.uri,
                headers: head.headers.map { ($0.name, $0.value) }, body: body)
        }
        return nil
    }
}
