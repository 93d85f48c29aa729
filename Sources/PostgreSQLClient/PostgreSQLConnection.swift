/// One session with a PostgreSQL server. It has a thread of its own, so that no call blocks a
/// thread of the cooperative pool, and no call outlives its deadline, also when the server is
/// stopped with SIGSTOP.
public actor PostgreSQLConnection {
    private let thread: ConnectionThread
    private var session: Session?
    private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter: UInt64 = 0
    private var cancelledWaiters: Set<UInt64> = []

    /// The connection's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor {
        thread.asUnownedSerialExecutor()
    }

    private init(thread: ConnectionThread) {
        self.thread = thread
    }

    deinit {
        // The session cuts the connection in its own deinit. Nobody else has it now: a job would
        // hold the actor, and the thread only polls.
        thread.unwatch()
    }

    /// Connects and authenticates within the time limit.
    /// - Throws: ``PostgreSQLError``: `unreachable`, `timeout`, or `server` with the SQLSTATE of
    ///   the refusal (57P03 while the server starts, 28P01 and 28000 for the account).
    public static func connect(
        _ options: PostgreSQLOptions, timeout: Duration
    ) async throws(PostgreSQLError) -> PostgreSQLConnection {
        let deadline = ContinuousClock.now + timeout
        let connection = PostgreSQLConnection(thread: try ConnectionThread())
        try await connection.open(options, deadline: deadline)
        return connection
    }

    /// Runs one statement within the time limit, which includes the wait for earlier ones.
    ///
    /// - Parameters:
    ///   - statement: SQL with `$1`, `$2`, …; without parameters also several statements, or a
    ///     replication command.
    ///   - parameters: their values as text; nil for NULL.
    ///   - timeout: after it the connection is cut. The server may still run the statement: set
    ///     `statement_timeout` too.
    /// - Returns: the rows of the last statement; every value as text, nil for NULL.
    public nonisolated func query(
        _ statement: String, _ parameters: [String?] = [], timeout: Duration
    ) async throws(PostgreSQLError) -> [[String?]] {
        let deadline = ContinuousClock.now + timeout
        return try await run(statement, parameters, deadline: deadline)
    }

    /// Returns when the other side has cut the connection, when it is closed, or when the task is
    /// cancelled. Statements may run meanwhile.
    public func waitForDisconnect() async {
        guard session != nil else { return }
        let waiter = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if session == nil || cancelledWaiters.remove(waiter) != nil {
                    continuation.resume()
                } else {
                    waiters[waiter] = continuation
                }
            }
        } onCancel: {
            Task { await self.cancel(waiter) }
        }
        cancelledWaiters.remove(waiter)
    }

    /// Ends the session. May be repeated.
    public func close() {
        session?.finish()
        lose()
    }

    /// Whether the session is open, as far as is known.
    public var isOpen: Bool { session != nil }

    /// The id of the server process behind the session, in the server's own PID namespace; 0 when
    /// it is closed.
    public var processID: Int32 { session?.processID ?? 0 }

    /// The server's version, 150004 for 15.4; 0 when the session is closed.
    public var serverVersion: Int { session?.serverVersion ?? 0 }

    /// The verifier to store for a password, so that the password itself reaches neither the
    /// server nor its log.
    public func scramVerifier(
        user: String, password: String
    ) throws(PostgreSQLError) -> String {
        guard let session else { throw .closed("the connection is closed") }
        return try session.scramVerifier(user: user, password: password)
    }

    // MARK: On the connection's thread

    private func open(
        _ options: PostgreSQLOptions, deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) {
        session = try Session(options, deadline: deadline)
        watch()
    }

    private func run(
        _ statement: String, _ parameters: [String?], deadline: ContinuousClock.Instant
    ) throws(PostgreSQLError) -> [[String?]] {
        guard let session else { throw .closed("the connection is closed") }
        defer { if session.socket < 0 { lose() } else { watch() } }
        return try session.run(statement, parameters, deadline: deadline)
    }

    private func watch() {
        guard let session, session.socket >= 0 else { return }
        thread.watch(session.socket) { [weak self] in
            Task { await self?.takeIdleInput() }
        }
    }

    private func takeIdleInput() {
        guard let session else { return }
        if session.takeIdleInput() {
            watch()
        } else {
            session.abort()
            lose()
        }
    }

    private func lose() {
        thread.unwatch()
        session = nil
        for waiter in waiters.values { waiter.resume() }
        waiters = [:]
    }

    private func cancel(_ waiter: UInt64) {
        if let continuation = waiters.removeValue(forKey: waiter) {
            continuation.resume()
        } else {
            cancelledWaiters.insert(waiter)
        }
    }
}
