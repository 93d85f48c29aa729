/// Writes one number after the other through the master's Service, for as long as it is told to,
/// and keeps the account.
actor LedgerWriter {
    private let database: any LedgerDatabase
    private let host: String
    private(set) var ledger = Ledger()
    private var next: Int64
    private var task: Task<Void, Never>?

    /// A writer to the Service at that address, of that many among others: no two write the same
    /// number.
    init(_ database: any LedgerDatabase, host: String, index: Int = 0) {
        self.database = database
        self.host = host
        next = Int64(index) * Limits.ledgerNumbers + 1
    }

    /// Begins to write.
    func start() {
        guard task == nil else { return }
        task = Task { await run() }
    }

    /// Stops after the write that is under way.
    func stop() async {
        task?.cancel()
        await task?.value
        task = nil
    }

    private func run() async {
        var session: (any LedgerSession)?
        while !Task.isCancelled {
            let sent = ContinuousClock.now
            var outcome = Ledger.Outcome.acknowledged
            do {
                if session == nil {
                    session = try await database.connect(to: host, timeout: Limits.ledgerConnect)
                }
                try await session?.add(next, timeout: Limits.ledgerWrite)
            } catch {
                outcome = error.isCertain ? .refused : .unknown
                await session?.close()
                session = nil
            }
            ledger.note(
                Ledger.Entry(number: next, sent: sent, done: .now, outcome: outcome))
            next += 1
            await pause(
                outcome == .acknowledged ? Limits.ledgerPause : Limits.ledgerRetryPause)
        }
        await session?.close()
    }

    private func pause(_ duration: Duration) async {
        do {
            try await Task.sleep(for: duration)
        } catch {
            // Cancelled: the loop ends by itself.
            return
        }
    }
}
