import POSIX
import Synchronization

/// A thread for calls that may block for long (files on a slow disk, name resolution), so that none
/// ever blocks a thread of the cooperative pool. The pieces of work run one after another, in the
/// order in which they were given.
public final class BlockingWorker: Sendable {
    /// For files.
    public static let files = BlockingWorker(name: "files")
    /// For name resolution, which must not wait for a slow disk.
    public static let names = BlockingWorker(name: "names")

    private struct State {
        var work: [@Sendable () -> Void] = []
        var isRunning = false
    }

    private let name: String
    private let state = Mutex(State())

    /// A worker; its thread lives while there is work.
    public init(name: String) {
        self.name = name
    }

    /// Runs the body on the worker's thread.
    /// - Throws: what the body throws; `timeout` when it did not end in time, in which case it may
    ///   still end later; `fileSystem` when too much work waits already.
    public func run<Value: Sendable>(
        timeout: Duration = Limits.fileWork,
        _ body: @escaping @Sendable () throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        let outcome = Outcome<Value>()
        guard
            append({
                do throws(EngineError) {
                    outcome.settle(.success(try body()))
                } catch {
                    outcome.settle(.failure(error))
                }
            })
        else {
            throw EngineError(.fileSystem, "too much work waits for the thread for \(name)")
        }
        let name = name
        let timer = Task {
            try await Task.sleep(for: timeout)
            outcome.settle(
                .failure(EngineError(.timeout, "the thread for \(name) took over \(timeout)")))
        }
        defer { timer.cancel() }
        return try await outcome.value().get()
    }

    private func append(_ work: @escaping @Sendable () -> Void) -> Bool {
        let (isTaken, needsThread) = state.withLock { state in
            guard state.work.count < Limits.fileWorkQueued else { return (false, false) }
            state.work.append(work)
            let needsThread = !state.isRunning
            state.isRunning = true
            return (true, needsThread)
        }
        guard needsThread else { return isTaken }
        do throws(SystemFailure) {
            try DetachedThread.start(stackBytes: Limits.fileThreadStackBytes) { self.drain() }
        } catch {
            // Without a thread the work is done here: late is better than never.
            drain()
        }
        return isTaken
    }

    private func drain() {
        while true {
            let next: (@Sendable () -> Void)? = state.withLock { state in
                if state.work.isEmpty {
                    state.isRunning = false
                    return nil
                }
                return state.work.removeFirst()
            }
            guard let next else { return }
            next()
        }
    }
}

/// A value that is settled once, by whoever comes first.
private final class Outcome<Value: Sendable>: Sendable {
    private struct State {
        var result: Result<Value, EngineError>?
        var continuation: CheckedContinuation<Result<Value, EngineError>, Never>?
    }

    private let state = Mutex(State())

    func settle(_ result: Result<Value, EngineError>) {
        let continuation = state.withLock { state in
            guard state.result == nil else {
                return nil as CheckedContinuation<Result<Value, EngineError>, Never>?
            }
            state.result = result
            let continuation = state.continuation
            state.continuation = nil
            return continuation
        }
        continuation?.resume(returning: result)
    }

    func value() async -> Result<Value, EngineError> {
        await withCheckedContinuation { continuation in
            let settled = state.withLock { state in
                if state.result == nil { state.continuation = continuation }
                return state.result
            }
            if let settled { continuation.resume(returning: settled) }
        }
    }
}
