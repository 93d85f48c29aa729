import NIOCore
import NIOHTTP1
import Synchronization

/// The requests of one connection, one after another. Lives on one event loop.
final class RequestQueue: ResponseSink {
    private enum Link {
        case none
        case opening
        case open(any Channel, usedAt: NIODeadline)
    }

    private let endpoint: HTTPEndpoint
    private let loop: any EventLoop
    private let limits: HTTPLimits
    private let dialler: Dialler
    private var link = Link.none
    private var current: Exchange?
    private var waiting: [Exchange] = []
    private var isClosed = false
    /// Counts the attempts to connect, so that one that was given up is known when it succeeds.
    private var attempt = 0

    init(endpoint: HTTPEndpoint, loop: any EventLoop, limits: HTTPLimits) {
        self.endpoint = endpoint
        self.loop = loop
        self.limits = limits
        self.dialler = Dialler(endpoint: endpoint, loop: loop, limits: limits)
    }

    func start(_ exchange: Exchange) {
        if isClosed { return exchange.fail("the connection was closed by its owner") }
        if exchange.ticket.isCancelled.load(ordering: .relaxed) {
            return exchange.fail("cancelled")
        }
        if let flaw = exchange.request.flaw { return exchange.fail(flaw) }
        guard waiting.count < limits.maximumWaiting else {
            return exchange.fail("\(waiting.count) requests wait for this connection already")
        }
        exchange.timer = loop.assumeIsolated().scheduleTask(deadline: exchange.deadline) {
            self.giveUp(exchange.ticket, because: "no answer within the deadline")
        }
        waiting.append(exchange)
        advance()
    }

    /// Ends an exchange early. A request that was written takes its connection with it, since its
    /// answer may still come.
    func giveUp(_ ticket: Ticket, because reason: String) {
        if let current, current.ticket === ticket {
            drop(because: reason)
        } else if let index = waiting.firstIndex(where: { $0.ticket === ticket }) {
            waiting.remove(at: index).fail(reason)
        }
    }

    /// Fails whatever waits and closes the connection, for ever.
    func close() -> EventLoopFuture<Void> {
        isClosed = true
        let left = waiting
        waiting = []
        for exchange in left { exchange.fail("the connection was closed by its owner") }
        var closed = loop.makeSucceededVoidFuture()
        if case .open(let channel, _) = link { closed = channel.closeFuture }
        drop(because: "the connection was closed by its owner")
        return closed
    }

    // MARK: - One after another

    private func advance() {
        guard current == nil, !waiting.isEmpty else { return }
        let exchange = waiting.removeFirst()
        current = exchange
        switch link {
        case .open(let channel, let usedAt)
        where channel.isActive && .now() - usedAt < TimeAmount(limits.maximumIdle):
            perform(exchange, on: channel)
        case .open(let channel, _):
            link = .none
            channel.close(promise: nil)
            open(for: exchange)
        case .none, .opening:
            open(for: exchange)
        }
    }

    private func open(for exchange: Exchange) {
        attempt += 1
        let mine = attempt
        link = .opening
        dialler.dial(deadline: exchange.deadline).assumeIsolated().whenComplete { result in
            self.opened(result, attempt: mine)
        }
    }

    private func opened(_ result: Result<any Channel, any Error>, attempt: Int) {
        guard attempt == self.attempt, case .opening = link, let exchange = current else {
            if case .success(let channel) = result { channel.close(promise: nil) }
            return
        }
        switch result {
        case .success(let channel):
            link = .open(channel, usedAt: .now())
            perform(exchange, on: channel)
        case .failure(let error):
            drop(because: sentence(for: error))
        }
    }

    private func perform(_ exchange: Exchange, on channel: any Channel) {
        guard channel.isActive, let handler = handler(of: channel) else {
            return drop(because: "the connection was lost before the request was written")
        }
        handler.sink = self
        exchange.progress = .written
        exchange.request.write(to: channel, endpoint: endpoint).assumeIsolated()
            .whenFailure { error in
                guard self.current === exchange else { return }
                self.drop(because: "the request was not written whole: \(sentence(for: error))")
            }
    }

    /// Closes the connection and fails the current exchange; the next one gets a new connection.
    private func drop(because reason: String) {
        let exchange = current
        current = nil
        attempt += 1
        let old = link
        link = .none
        exchange?.fail(reason)
        if case .open(let channel, _) = old {
            // TLS takes its time to close. What comes of the old connection until then is none of
            // the next request's business.
            handler(of: channel)?.sink = nil
            channel.close(promise: nil)
        }
        advance()
    }

    /// A connection's handler; nil once the connection is gone.
    private func handler(of channel: any Channel) -> ExchangeHandler? {
        // That it is gone is all that the error says.
        try? channel.pipeline.syncOperations.handler(type: ExchangeHandler.self)
    }

    // MARK: - The response

    func received(_ head: HTTPResponseHead) {
        current?.progress = .answered(head)
    }

    func received(_ bytes: ByteBuffer) {
        guard let current else { return }
        guard current.body.count + bytes.readableBytes <= limits.maximumBody else {
            return drop(because: "the answer is longer than \(limits.maximumBody) bytes")
        }
        current.body.append(contentsOf: bytes.readableBytesView)
    }

    func finished() {
        guard let exchange = current, case .answered(let head) = exchange.progress else {
            return drop(because: "an answer without a beginning")
        }
        current = nil
        if case .open(let channel, _) = link {
            if head.isKeepAlive {
                link = .open(channel, usedAt: .now())
            } else {
                link = .none
                channel.close(promise: nil)
            }
        }
        let fields = head.headers.map { ($0.name, $0.value) }
        exchange.end(
            .success(
                HTTPResponse(
                    status: Int(head.status.code), headers: fields, body: exchange.body)))
        advance()
    }

    func failed(_ reason: String) {
        drop(because: reason)
    }
}
