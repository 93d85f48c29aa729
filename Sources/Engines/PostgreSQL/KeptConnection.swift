import PostgreSQLClient

/// A session with the own server that is opened once and kept, so that it is there when no other
/// can be had. It is a replication session with a database: such a session takes SQL too, but a
/// place of `max_wal_senders`, so that clients who use up `max_connections` cannot keep it out.
actor KeptConnection {
    private let options: PostgreSQLOptions
    private let versionWithIdleTimeout = 140_000
    private var current: PostgreSQLConnection?
    private var opening: Task<Result<PostgreSQLConnection, PostgreSQLError>, Never>?
    private var openedWaiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter: UInt64 = 0

    init(_ options: PostgreSQLOptions) {
        self.options = options
    }

    /// Runs a statement, connecting first where needed, all within the time limit. A session that
    /// turns out to be cut is opened anew once, if the statement is safe to repeat.
    func query(
        _ statement: String, timeout: Duration, isRepeatable: Bool = true
    ) async throws(PostgreSQLError) -> [[String?]] {
        let deadline = ContinuousClock.now + timeout
        let wasOpen = current != nil
        let connection = try await connection(deadline: deadline)
        do throws(PostgreSQLError) {
            return try await connection.query(
                statement, timeout: deadline - ContinuousClock.now)
        } catch {
            let isCut = await forgetIfClosed(connection)
            guard isCut, wasOpen, isRepeatable, case .closed = error else { throw error }
            let next = try await self.connection(deadline: deadline)
            return try await next.query(statement, timeout: deadline - ContinuousClock.now)
        }
    }

    /// The verifier to store for a password, made by the client.
    func scramVerifier(
        user: String, password: String, timeout: Duration
    ) async throws(PostgreSQLError) -> String {
        let connection = try await connection(deadline: ContinuousClock.now + timeout)
        return try await connection.scramVerifier(user: user, password: password)
    }

    /// Whether the session still answers, without opening a new one.
    func stillAnswers(timeout: Duration) async -> Bool {
        guard let connection = current else { return false }
        do throws(PostgreSQLError) {
            _ = try await connection.query("SELECT 1", timeout: timeout)
            return true
        } catch {
            _ = await forgetIfClosed(connection)
            return false
        }
    }

    /// Returns when a session that was open is cut, or when the task is cancelled.
    func waitForDisconnect() async {
        while current == nil, !Task.isCancelled { await waitForOpening() }
        guard let connection = current else { return }
        await connection.waitForDisconnect()
        _ = await forgetIfClosed(connection)
    }

    /// Ends the session.
    func close() async {
        let connection = current
        forget()
        await connection?.close()
    }

    // MARK: Opening

    private func connection(
        deadline: ContinuousClock.Instant
    ) async throws(PostgreSQLError) -> PostgreSQLConnection {
        if let current, await current.isOpen { return current }
        if opening == nil {
            let options = options
            let idle = versionWithIdleTimeout
            let timeout = deadline - ContinuousClock.now
            opening = Task {
                do throws(PostgreSQLError) {
                    let connection = try await PostgreSQLConnection.connect(
                        options, timeout: timeout)
                    if await connection.serverVersion >= idle {
                        _ = try await connection.query(
                            "SET idle_session_timeout = 0", timeout: timeout)
                    }
                    return .success(connection)
                } catch {
                    return .failure(error)
                }
            }
        }
        guard let task = opening else { throw .closed("the connection is being closed") }
        let result = await task.value
        if opening == task { opening = nil }
        let connection = try result.get()
        if current !== connection {
            current = connection
            let waiters = openedWaiters
            openedWaiters = [:]
            for waiter in waiters.values { waiter.resume() }
        }
        return connection
    }

    private func forgetIfClosed(_ connection: PostgreSQLConnection) async -> Bool {
        guard await !connection.isOpen else { return false }
        if current === connection { forget() }
        return true
    }

    private func forget() {
        current = nil
    }

    private func waitForOpening() async {
        let waiter = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    openedWaiters[waiter] = continuation
                }
            }
        } onCancel: {
            Task { await self.wake(waiter) }
        }
    }

    private func wake(_ waiter: UInt64) {
        openedWaiters.removeValue(forKey: waiter)?.resume()
    }
}
