import NIOCore
import NIOHTTP1
import Synchronization

/// One request on its way, and who waits for its answer. Lives on its connection's event loop.
final class Exchange {
    /// What was done for the request so far, which decides what its failure means.
    enum Progress {
        case waiting
        case written
        case answered(HTTPResponseHead)
    }

    let request: HTTPRequest
    let deadline: NIODeadline
    let ticket: Ticket
    var progress: Progress = .waiting
    var body: [UInt8] = []
    var timer: Scheduled<Void>?
    private var continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>?

    init(
        request: HTTPRequest, deadline: NIODeadline, ticket: Ticket,
        continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>
    ) {
        self.request = request
        self.deadline = deadline
        self.ticket = ticket
        self.continuation = continuation
    }

    /// Ends the exchange. Only the first end counts.
    func end(_ result: Result<HTTPResponse, HTTPError>) {
        timer?.cancel()
        continuation?.resume(returning: result)
        continuation = nil
    }

    /// Ends the exchange without an answer; what was done so far says which error it is.
    func fail(_ reason: String) {
        switch progress {
        case .waiting: end(.failure(.notSent(reason)))
        case .written, .answered: end(.failure(.unknownOutcome(reason)))
        }
    }
}

/// Names an exchange from outside its event loop, and remembers that it was given up.
final class Ticket: Sendable {
    let isCancelled = Atomic<Bool>(false)
}

extension HTTPRequest {
    /// Why this must not be sent; nil if it may.
    var flaw: String? {
        guard path.utf8.first == UInt8(ascii: "/"),
            path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
        else { return "the path is not one: \(path.debugDescription)" }
        guard !method.isEmpty, method.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
            return "the method is not one"
        }
        return nil
    }

    /// Writes the request. The future fails if it could not be written whole.
    func write(to channel: any Channel, endpoint: HTTPEndpoint) -> EventLoopFuture<Void> {
        var fields = HTTPHeaders(headers)
        if !fields.contains(name: "Host") { fields.add(name: "Host", value: endpoint.authority) }
        if !fields.contains(name: "User-Agent") {
            fields.add(name: "User-Agent", value: "understudy")
        }
        if let body {
            fields.replaceOrAdd(name: "Content-Length", value: String(body.count))
        }
        let head = HTTPRequestHead(
            version: .http1_1, method: HTTPMethod(rawValue: method), uri: path, headers: fields)
        channel.write(HTTPClientRequestPart.head(head), promise: nil)
        if let body, !body.isEmpty {
            let buffer = channel.allocator.buffer(bytes: body)
            channel.write(HTTPClientRequestPart.body(.byteBuffer(buffer)), promise: nil)
        }
        return channel.writeAndFlush(HTTPClientRequestPart.end(nil))
    }
}
