import Synchronization

/// A wait with a deadline that can be cut short by whoever has news.
final class Alarm: Sendable {
    private struct State {
        var isRung = false
        var sleeper: CheckedContinuation<Void, Never>?
        var round: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Ends the present wait, or the next one at once.
    func ring() {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard let sleeper = state.sleeper else {
                state.isRung = true
                return nil
            }
            state.sleeper = nil
            return sleeper
        }
        sleeper?.resume()
    }

    /// Waits until the alarm rings, the time has passed, or the task is cancelled. One waiter.
    func wait(upTo limit: Duration) async {
        let round = state.withLock { state -> UInt64 in
            state.round += 1
            return state.round
        }
        let timer = Task { [self] in
            do {
                try await Task.sleep(for: limit)
            } catch {
                return
            }
            wake(round)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isRung || Task.isCancelled {
                        state.isRung = false
                        return true
                    }
                    state.sleeper = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            ring()
        }
        timer.cancel()
    }

    private func wake(_ round: UInt64) {
        let sleeper = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.round == round else { return nil }
            defer { state.sleeper = nil }
            return state.sleeper
        }
        sleeper?.resume()
    }
}
