import NIOCore
import NIOHTTP1

/// One connection: takes request after request, answers each from memory, and ends when its client
/// is too slow, does not understand HTTP, or is done.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// For the head of a request.
        case waiting
        /// For the end of a request.
        case reading(HTTPRequestHead, ByteBuffer)
        /// For the agent.
        case calling
        /// For the client to take earlier answers.
        case holding(Answer)
        /// For the client to take a last answer; what it still sends is dropped.
        case closing
    }

    private let responder: Responder
    private let prestop: PrestopCall
    private let desk: PromiseDesk
    private let table: ConnectionTable
    private let times: ServerTimes
    private var state = State.waiting
    private var patience: Scheduled<Void>?
    private var patienceEnd = NIODeadline.distantFuture
    private var armedUntil = NIODeadline.distantFuture
    private var context: ChannelHandlerContext?

    /// Since when only the client can go on: by a request, or by taking an answer. Nil while the
    /// agent is asked.
    private(set) var idleSince: NIODeadline? = .now()

    init(
        responder: Responder, prestop: PrestopCall, desk: PromiseDesk, table: ConnectionTable,
        times: ServerTimes
    ) {
        self.responder = responder
        self.times = times
        self.prestop = prestop
        self.desk = desk
        self.table = table
    }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        guard table.admit(self) else { return end() }
        wait(times.patience)
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        table.remove(self)
        patience?.cancel()
        patience = nil
        self.context = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .waiting):
            if let refusal = responder.refusal(of: head) {
                send(refusal)
            } else {
                state = .reading(head, ByteBuffer())
            }
        case (.end, .reading(let head, let body)): react(to: head, body)
        case (.body(var part), .reading(let head, var body)):
            // What the head announced was admitted; the parser lets no more than that through.
            body.writeBuffer(&part)
            state = .reading(head, body)
        case (_, .closing): break
        case (.head, _), (.body, _), (.end, _):
            // The pipelining handler delivers one request at a time: whatever else comes is a
            // connection that nobody understands any more.
            end()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable, case .holding(let answer) = state {
            send(answer)
        }
        context.fireChannelWritabilityChanged()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return end() }
        switch state {
        case .waiting, .reading:
            let isTooLarge = error == .headerOverflow
            send(
                .refusal(
                    isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest,
                    isTooLarge ? "the header is too large" : "this is not HTTP/1.1"))
        case .calling, .holding, .closing: break
        }
    }

    /// Ends the connection at once.
    func end() {
        state = .closing
        context?.close(promise: nil)
    }

    private func react(to head: HTTPRequestHead, _ body: ByteBuffer) {
        switch responder.reaction(to: head) {
        case .answer(let answer): send(answer)
        case .prestop:
            call(prestop.outcome()) { self.responder.prestopAnswer(head, isDone: $0) }
        case .promise:
            call(desk.answer(to: head, body: body)) { self.responder.finished($0, head) }
        }
    }

    /// Waits for the agent, without the client's patience, and answers.
    private func call<Outcome>(
        _ outcome: EventLoopFuture<Outcome>, _ answer: @escaping (Outcome) -> Answer
    ) {
        state = .calling
        idleSince = nil
        wait(nil)
        outcome.assumeIsolated().whenSuccess { outcome in
            guard case .calling = self.state else { return }
            self.send(answer(outcome))
        }
    }

    /// Sends an answer, once the client has taken most of the earlier ones: one that only asks and
    /// never reads costs no more memory than that.
    private func send(_ answer: Answer) {
        guard let context else { return }
        idleSince = .now()
        guard context.channel.isWritable else {
            state = .holding(answer)
            wait(times.patience)
            return
        }
        state = answer.closes ? .closing : .waiting
        wait(answer.isRefusal ? times.linger : times.patience)
        context.write(wrapOutboundOut(.head(head(of: answer))), promise: nil)
        if !answer.isBodiless {
            context.write(wrapOutboundOut(.body(.byteBuffer(answer.body))), promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if answer.closes {
            // The other half stays open for a while: closing it over unread bytes would reset the
            // connection, and the client might never see the answer.
            context.close(mode: .output, promise: nil)
        }
    }

    private func head(of answer: Answer) -> HTTPResponseHead {
        var headers = HTTPHeaders([
            ("content-type", "application/json"), ("cache-control", "no-store"),
            ("content-length", String(answer.body.readableBytes)),
            ("connection", answer.closes ? "close" : "keep-alive"),
        ])
        headers.add(contentsOf: answer.headers)
        return HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
    }

    /// Ends the connection after so long, unless this is called again; nil for never. Only one
    /// timer runs: it looks again when it fires too early.
    private func wait(_ time: TimeAmount?) {
        patienceEnd = time.map { .now() + $0 } ?? .distantFuture
        guard let time, let context else { return }
        if let patience {
            guard patienceEnd < armedUntil else { return }
            patience.cancel()
        }
        arm(context.eventLoop, time)
    }

    private func arm(_ loop: any EventLoop, _ time: TimeAmount) {
        armedUntil = .now() + time
        patience = loop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            self?.patienceFired(loop)
        }
    }

    private func patienceFired(_ loop: any EventLoop) {
        patience = nil
        guard patienceEnd != .distantFuture, context != nil else { return }
        let left = patienceEnd - .now()
        left > .zero ? arm(loop, left) : end()
    }
}
