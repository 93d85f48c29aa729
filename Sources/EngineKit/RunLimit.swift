/// How long a program may run, and how long it may be silent.
struct RunLimit: Sendable {
    var name: String
    var timeout: Duration
    var silence: Duration?

    private enum Ending<Value: Sendable>: Sendable {
        case done(Result<Value, any Error>)
        case late(String)
        case cancelled
    }

    /// Runs the operation, and cancels it when a limit is passed. Returns only once it has ended.
    func run<Value: Sendable>(
        _ tail: OutputTail, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws(EngineError) -> Value {
        let ending = await withTaskGroup(of: Ending<Value>.self) { group in
            group.addTask {
                do {
                    return .done(.success(try await operation()))
                } catch {
                    return .done(.failure(error))
                }
            }
            group.addTask { await self.watch(tail) }
            let first = await group.next() ?? .cancelled
            group.cancelAll()
            await group.waitForAll()
            return first
        }
        switch ending {
        case .done(.success(let value)):
            return value
        case .done(.failure(let error)):
            if let error = error as? EngineError { throw error }
            throw EngineError(.programFailed, "\(name) could not be run: \(error)")
        case .late(let why):
            throw EngineError(.timeout, "\(why): \(tail.lastLines)")
        case .cancelled:
            throw EngineError(.programFailed, "\(name) was ended before it had finished")
        }
    }

    private func watch<Value: Sendable>(_ tail: OutputTail) async -> Ending<Value> {
        let end = ContinuousClock.now + timeout
        while true {
            let now = ContinuousClock.now
            let silentEnd = silence.map { tail.cameAt + $0 }
            if now >= end { return .late("\(name) took over \(timeout)") }
            if let silence, let silentEnd, now >= silentEnd {
                return .late("\(name) wrote nothing for \(silence)")
            }
            do {
                try await Task.sleep(until: min(end, silentEnd ?? end), clock: .continuous)
            } catch {
                return .cancelled
            }
        }
    }
}
