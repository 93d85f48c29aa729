import NIOCore
import NIOHTTP1

/// One response, cut into lines. Lives on one event loop.
final class LineSource: ResponseSink {
    private enum End {
        case whole
        case failure(HTTPError)
    }

    private let request: HTTPRequest
    private let endpoint: HTTPEndpoint
    private let loop: any EventLoop
    private let limits: HTTPLimits
    private let dialler: Dialler
    private let timeout: TimeAmount
    private let idleTimeout: TimeAmount
    private var isStarted = false
    private var isWritten = false
    private var hasHead = false
    private var channel: (any Channel)?
    private var isPaused = false
    private var ready: [HTTPLine] = []
    private var partial: [UInt8] = []
    private var end: End?
    private var waiter: CheckedContinuation<HTTPLine?, any Error>?
    private var timer: Scheduled<Void>?

    init(
        request: HTTPRequest, endpoint: HTTPEndpoint, loop: any EventLoop, limits: HTTPLimits,
        timeout: TimeAmount, idleTimeout: TimeAmount
    ) {
        self.request = request
        self.endpoint = endpoint
        self.loop = loop
        self.limits = limits
        self.timeout = timeout
        self.idleTimeout = idleTimeout
        self.dialler = Dialler(endpoint: endpoint, loop: loop, limits: limits)
    }

    // MARK: - The reader's side

    func next(_ continuation: CheckedContinuation<HTTPLine?, any Error>) {
        guard waiter == nil else {
            continuation.resume(throwing: HTTPError.notSent("two readers of one response"))
            return
        }
        waiter = continuation
        if !isStarted { start() }
        if hasHead { watchSilence() }
        deliver()
    }

    /// Ends it all: whoever waits gets the end.
    func cancel() {
        isStarted = true
        ready = []
        finish(.whole)
    }

    private func start() {
        isStarted = true
        guard end == nil else { return }
        if let flaw = request.flaw { return finish(.failure(.notSent(flaw))) }
        let deadline = NIODeadline.now() + timeout
        watch(until: deadline, "no answer within the deadline")
        dialler.dial(deadline: deadline).assumeIsolated().whenComplete { self.opened($0) }
    }

    private func opened(_ result: Result<any Channel, any Error>) {
        switch result {
        case .failure(let error):
            fail(sentence(for: error))
        case .success(let channel):
            guard end == nil else {
                channel.close(promise: nil)
                return
            }
            self.channel = channel
            do {
                let handler = try channel.pipeline.syncOperations.handler(
                    type: ExchangeHandler.self)
                handler.sink = self
            } catch {
                return fail("the connection was lost before the request was written")
            }
            isWritten = true
            request.write(to: channel, endpoint: endpoint).assumeIsolated()
                .whenFailure { self.fail(sentence(for: $0)) }
        }
    }

    private func deliver() {
        if !ready.isEmpty {
            guard let waiter else { return }
            self.waiter = nil
            timer?.cancel()
            let line = ready.removeFirst()
            setPaused(ready.count >= HTTPLimits.waitingLines)
            waiter.resume(returning: line)
        } else if let end, let waiter {
            self.waiter = nil
            switch end {
            case .whole: waiter.resume(returning: nil)
            case .failure(let error): waiter.resume(throwing: error)
            }
        }
    }

    private func setPaused(_ paused: Bool) {
        guard paused != isPaused, let channel, channel.isActive else { return }
        isPaused = paused
        channel.setOption(.autoRead, value: !paused).whenFailure { _ in
            // A channel that is gone reads no more, whatever is asked of it.
        }
    }

    // MARK: - The server's side

    func received(_ head: HTTPResponseHead) {
        hasHead = true
        let fields = head.headers.map { ($0.name, $0.value) }
        ready.append(.response(status: Int(head.status.code), headers: fields))
        watchSilence()
        deliver()
    }

    func received(_ bytes: ByteBuffer) {
        for part in bytes.readableBytesView.split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false
        ).enumerated() {
            if part.offset > 0 { endLine() }
            guard partial.count + part.element.count <= limits.maximumLine else {
                return fail("a line is longer than \(limits.maximumLine) bytes")
            }
            partial.append(contentsOf: part.element)
        }
        if ready.count >= HTTPLimits.waitingLines { setPaused(true) }
        watchSilence()
        deliver()
    }

    func finished() {
        if !partial.isEmpty { endLine() }
        finish(.whole)
    }

    func failed(_ reason: String) {
        fail(reason)
    }

    private func endLine() {
        if partial.last == UInt8(ascii: "\r") { partial.removeLast() }
        ready.append(.line(partial))
        partial = []
    }

    // MARK: - The end

    private func watchSilence() {
        guard waiter != nil else {
            timer?.cancel()
            return
        }
        watch(until: .now() + idleTimeout, "the server was silent for too long")
    }

    private func watch(until deadline: NIODeadline, _ reason: String) {
        timer?.cancel()
        timer = loop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
            self?.fail(reason)
        }
    }

    private func fail(_ reason: String) {
        finish(.failure(isWritten ? .unknownOutcome(reason) : .notSent(reason)))
    }

    private func finish(_ end: End) {
        timer?.cancel()
        if self.end == nil { self.end = end }
        channel?.close(promise: nil)
        channel = nil
        deliver()
    }
}
