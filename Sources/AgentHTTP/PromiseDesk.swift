import NIOCore
import NIOHTTP1
import ReplicationCore

/// Takes calls for promises: none has any effect that is not signed, meant for this member, and
/// new. Used on one event loop only.
final class PromiseDesk {
    private let service: PromiseService
    private let board: HealthBoard
    private let loop: any EventLoop
    private var history = CallHistory()
    private var callers = 0

    init(_ service: PromiseService, board: HealthBoard, on loop: any EventLoop) {
        self.service = service
        self.board = board
        self.loop = loop
    }

    /// The answer to a call, once the agent has done what it can.
    func answer(to head: HTTPRequestHead, body: ByteBuffer) -> EventLoopFuture<Answer> {
        let bytes = Array(body.readableBytesView)
        let message = PromiseCall.signed(
            method: head.method.rawValue, path: head.uri, body: bytes)
        let signatures = head.headers[canonicalForm: PromiseCall.field]
        guard signatures.count == 1, service.key.isSignature(String(signatures[0]), of: message)
        else { return refused(.forbidden, "the request is not signed with this cluster's key") }
        guard let call = PromiseCall(json: bytes) else {
            return refused(.badRequest, "the body is no call for a promise")
        }
        let own = board.report.report
        guard call.cluster == own.cluster, call.to == own.member, call.from == call.request.holder
        else { return refused(.forbidden, "the request is not meant for this member") }
        guard callers < Limits.promiseCallers else {
            return refused(.serviceUnavailable, "too many calls wait for the agent")
        }
        guard history.take(call) else {
            let body = HealthBoard.encode(history.next(for: call.from))
            return loop.makeSucceededFuture(signed(.conflict, body, for: call))
        }
        callers += 1
        let handler = service.handler
        let outcome = TimedCall.begin(
            { await handler(call.request) }, limit: service.limit, on: loop
        ) { self.callers -= 1 }
        return outcome.assumeIsolated().map { _ in
            self.signed(.ok, self.board.latest.state, for: call)
        }.nonisolated()
    }

    private func refused(
        _ status: HTTPResponseStatus, _ sentence: String
    ) -> EventLoopFuture<Answer> {
        loop.makeSucceededFuture(.error(status, sentence))
    }

    private func signed(
        _ status: HTTPResponseStatus, _ body: ByteBuffer?, for call: PromiseCall
    ) -> Answer {
        guard let body else {
            return .error(.internalServerError, "the report could not be encoded")
        }
        let message = PromiseCall.signed(
            answer: Int(status.code), to: call.nonce, body: Array(body.readableBytesView))
        return Answer(
            status: status, body: body,
            headers: [(PromiseCall.field, service.key.signature(of: message))])
    }
}
