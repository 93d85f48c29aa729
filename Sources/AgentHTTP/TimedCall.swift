import NIOCore

/// A call of the agent that may take only so long.
enum TimedCall {
    /// Begins it on that event loop; it is cancelled at the limit.
    /// - Parameter whenOver: called on the loop when it has really returned.
    /// - Returns: whether it returned within the limit.
    static func begin(
        _ body: @escaping @Sendable () async -> Void, limit: TimeAmount,
        on loop: any EventLoop, whenOver: @escaping () -> Void
    ) -> EventLoopFuture<Bool> {
        let promise = loop.makePromise(of: Bool.self)
        let task = Task { await body() }
        let end = loop.scheduleTask(in: limit) {
            promise.succeed(false)
            task.cancel()
        }
        loop.makeFutureWithTask { await task.value }.assumeIsolated().whenComplete { _ in
            end.cancel()
            whenOver()
            promise.succeed(true)
        }
        return promise.futureResult
    }
}
