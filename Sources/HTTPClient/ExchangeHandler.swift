import Glibc
import NIOCore
import NIOHTTP1
import NIOSSL
import NIOTLS

/// The last handler of a connection: reports when it is ready (TLS included), and hands the parts
/// of a response to whoever asked.
final class ExchangeHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private enum Readiness {
        case pending(EventLoopPromise<Void>)
        case decided
    }

    private let usesTLS: Bool
    private var readiness: Readiness
    private var failure: String?
    /// Who takes what arrives; while there is none, whatever arrives ends the connection.
    weak var sink: (any ResponseSink)?

    init(usesTLS: Bool, ready: EventLoopPromise<Void>) {
        self.usesTLS = usesTLS
        self.readiness = .pending(ready)
    }

    func channelActive(context: ChannelHandlerContext) {
        if !usesTLS { decide(.success(())) }
        context.fireChannelActive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? TLSUserEvent, case .handshakeCompleted = event {
            decide(.success(()))
        }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard let sink else {
            failure = "the server spoke without being asked"
            context.close(promise: nil)
            return
        }
        switch unwrapInboundIn(data) {
        case .head(let head): sink.received(head)
        case .body(let bytes): sink.received(bytes)
        case .end:
            self.sink = nil
            sink.finished()
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A server may close TCP without closing TLS first. Whether the response was whole is for
        // the HTTP parser to say.
        if let error = error as? NIOSSLError, case .uncleanShutdown = error { return }
        if failure == nil { failure = sentence(for: error) }
        decide(.failure(error))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end()
    }

    private func end() {
        decide(.failure(ConnectFailure(message: failure ?? "closed during the handshake")))
        let sink = self.sink
        self.sink = nil
        sink?.failed(failure ?? "the server closed the connection")
    }

    private func decide(_ result: Result<Void, any Error>) {
        guard case .pending(let promise) = readiness else { return }
        readiness = .decided
        promise.completeWith(result)
    }
}

/// A sentence about an error of the network library, for people.
func sentence(for error: any Error) -> String {
    switch error {
    case let error as ConnectFailure: error.message
    case let error as NIOSSLError: "TLS failed: \(error)"
    case let error as HTTPParserError: "the answer is not HTTP: \(error)"
    case let error as IOError: String(cString: strerror(error.errnoCode))
    default: "\(error)"
    }
}

/// Why a connection could not be made.
struct ConnectFailure: Error {
    var message: String
}
