import Synchronization

/// How the agent is told to end, and with which code. The first request counts.
public final class ExitRequest: Sendable {
    /// Ended as asked by a signal.
    public static let terminated: Int32 = 0
    /// Asks Kubernetes to restart all containers of the Pod, init among them (design §12.11).
    public static let restartAllContainers: Int32 = 88

    private struct State {
        var code: Int32?
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// A request that nobody has made yet.
    public init() {}

    /// The code that was asked for; 0 until then.
    public var code: Int32 { state.withLock { $0.code ?? 0 } }

    /// Asks for the end.
    public func request(_ code: Int32) {
        let waiters = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard state.code == nil else { return [] }
            state.code = code
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }

    /// Returns once the end was asked for.
    public func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.code != nil { return true }
                state.waiters.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
