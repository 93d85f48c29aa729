import NIOCore

/// Calls the agent for `/database/prestop`: one call at a time, which all who ask meanwhile share.
/// Used on one event loop only.
final class PrestopCall {
    /// What the agent gave.
    struct Settings: Sendable {
        /// How long it may take.
        var limit: TimeAmount
        var handler: @Sendable () async -> Void
    }

    private let settings: Settings
    private let loop: any EventLoop
    private var pending: EventLoopFuture<Bool>?
    private var callers = 0

    init(_ settings: Settings, on loop: any EventLoop) {
        self.settings = settings
        self.loop = loop
    }

    /// Whether the agent returned within the limit; it is cancelled at the limit. While it goes on
    /// nevertheless, it is not called again. False at once when too many wait already.
    func outcome() -> EventLoopFuture<Bool> {
        guard callers < Limits.prestopCallers else { return loop.makeSucceededFuture(false) }
        callers += 1
        let outcome = pending ?? call()
        outcome.assumeIsolated().whenComplete { _ in self.callers -= 1 }
        return outcome
    }

    private func call() -> EventLoopFuture<Bool> {
        let outcome = TimedCall.begin(settings.handler, limit: settings.limit, on: loop) {
            self.pending = nil
        }
        pending = outcome
        return outcome
    }
}
