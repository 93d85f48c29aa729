import NIOCore

/// Hands the lines of one response to one reader. The connection lives as long as this does.
final class LineReader: Sendable {
    private let loop: any EventLoop
    private let source: NIOLoopBoundBox<LineSource>

    init(
        request: HTTPRequest, endpoint: HTTPEndpoint, loop: any EventLoop, limits: HTTPLimits,
        timeout: Duration, idleTimeout: Duration
    ) {
        self.loop = loop
        source = .makeBoxSendingValue(
            LineSource(
                request: request, endpoint: endpoint, loop: loop, limits: limits,
                timeout: TimeAmount(timeout), idleTimeout: TimeAmount(idleTimeout)),
            eventLoop: loop)
    }

    deinit {
        let source = self.source
        loop.execute { source.value.cancel() }
    }

    /// The next element; nil after the end, or when the task is cancelled.
    func next() async throws -> HTTPLine? {
        let source = self.source
        let loop = self.loop
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.execute { source.value.next(continuation) }
            }
        } onCancel: {
            loop.execute { source.value.cancel() }
        }
    }
}
