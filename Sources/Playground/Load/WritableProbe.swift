/// Tries a write on every member itself, past the Services, ten times a second.
actor WritableProbe {
    private let database: any LedgerDatabase
    private let members: [(name: String, host: String)]
    private(set) var spans = WritableSpans()
    private var task: Task<Void, Never>?

    /// A probe of the members at those addresses.
    init(_ database: any LedgerDatabase, members: [(name: String, host: String)]) {
        self.database = database
        self.members = members
    }

    /// Begins to try.
    func start() {
        guard task == nil else { return }
        task = Task {
            await withTaskGroup(of: Void.self) { group in
                for member in members {
                    group.addTask { await self.watch(member.name, at: member.host) }
                }
            }
        }
    }

    /// Stops after the writes that are under way.
    func stop() async {
        task?.cancel()
        await task?.value
        task = nil
    }

    private func watch(_ member: String, at host: String) async {
        var session: (any LedgerSession)?
        while !Task.isCancelled {
            let sent = ContinuousClock.now
            do {
                if session == nil {
                    session = try await database.connect(to: host, timeout: Limits.probeWrite)
                }
                let begun = ContinuousClock.now
                try await session?.proveWritable(member, timeout: Limits.probeWrite)
                spans.succeeded(member, sent: begun, done: .now)
            } catch {
                spans.failed(member)
                // A refusal leaves the session as it is; anything else ends it.
                if !error.isCertain {
                    await session?.close()
                    session = nil
                }
            }
            do {
                try await Task.sleep(until: sent + Limits.probePeriod)
            } catch {
                break
            }
        }
        await session?.close()
    }
}
