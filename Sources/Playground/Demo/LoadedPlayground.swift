/// A playground under load: somebody writes through the master's Service, and somebody tries to
/// write on each member.
struct LoadedPlayground: Sendable {
    let process: PlaygroundProcess
    let observer: ClusterObserver
    let status: PlaygroundStatus
    let database: any LedgerDatabase
    let writers: [LedgerWriter]
    let probe: WritableProbe?
    private let master: String

    /// Makes the tables and begins to write. Throws ``PlaygroundError``.
    static func begin(
        _ process: PlaygroundProcess, probed: Bool, writers: Int = 1
    ) async throws(PlaygroundError) -> LoadedPlayground {
        let status = try await process.client.status()
        let (host, port) = try split(status.services.master)
        guard let password = FileContents.text(status.superuser.passwordFile) else {
            throw PlaygroundError(
                .permission, "\(status.superuser.passwordFile) cannot be read.")
        }
        let database = PostgreSQLLedger(
            user: status.superuser.name, password: password, port: port)
        try await Waiting.find("a session through the master's Service", within: Limits.demoWrites)
        {
            () async throws(PlaygroundError) -> Void? in
            do {
                let session = try await database.connect(to: host, timeout: Limits.ledgerConnect)
                try await session.prepare(timeout: Limits.ledgerRead)
                await session.close()
                return ()
            } catch {
                return nil
            }
        }
        let loaded = LoadedPlayground(
            process: process, observer: ClusterObserver(client: process.client), status: status,
            database: database,
            writers: (0..<writers).map { LedgerWriter(database, host: host, index: $0) },
            probe: probed
                ? WritableProbe(database, members: status.members.map { ($0.name, $0.address) })
                : nil,
            master: host)
        await loaded.startLoad()
        return loaded
    }

    /// Writes, or goes on writing.
    func startLoad() async {
        for writer in writers { await writer.start() }
        await probe?.start()
    }

    /// Stops writing.
    func stopLoad() async {
        await withTaskGroup(of: Void.self) { group in
            for writer in writers { group.addTask { await writer.stop() } }
        }
        await probe?.stop()
    }

    /// The account of all writers.
    func ledger() async -> Ledger {
        var ledgers: [Ledger] = []
        for writer in writers { ledgers.append(await writer.ledger) }
        return Ledger(of: ledgers)
    }

    /// Waits until a write is acknowledged that was sent after the instant. Throws
    /// ``PlaygroundError``.
    func waitForWrites(after instant: ContinuousClock.Instant) async throws(PlaygroundError) {
        try await Waiting.find("an acknowledged write", within: Limits.demoWrites) {
            () async throws(PlaygroundError) -> Void? in
            await isWritten(after: instant) ? () : nil
        }
    }

    /// Whether a write was acknowledged that was sent after the instant.
    func isWritten(after instant: ContinuousClock.Instant) async -> Bool {
        for writer in writers where await writer.ledger.isAcknowledged(after: instant) {
            return true
        }
        return false
    }

    /// The longest pause since the instant, as far as it lies after it. Throws ``PlaygroundError``
    /// when nothing has been acknowledged at all.
    func longestPause(
        after instant: ContinuousClock.Instant
    ) async throws(PlaygroundError) -> Duration {
        guard let pause = await ledger().longestPause(endingAfter: instant, now: .now) else {
            throw PlaygroundError(.unexpected, "No write was ever acknowledged.")
        }
        return pause.end - max(instant, pause.start)
    }

    /// What the account says of the table. Call it after ``stopLoad()``. Throws
    /// ``PlaygroundError``.
    func verdict() async throws(PlaygroundError) -> Ledger.Verdict {
        await ledger().compare(with: try await numbers(at: master))
    }

    /// All numbers in the table at that address. Throws ``PlaygroundError``.
    func numbers(at host: String) async throws(PlaygroundError) -> Set<Int64> {
        try await Waiting.find("the whole ledger at \(host)", within: Limits.demoWrites) {
            () async throws(PlaygroundError) -> Set<Int64>? in
            do {
                let session = try await database.connect(to: host, timeout: Limits.ledgerConnect)
                let numbers = try await session.numbers(timeout: Limits.ledgerRead)
                await session.close()
                return numbers
            } catch {
                return nil
            }
        }
    }

    /// Host and port of `host:port`.
    private static func split(_ address: String) throws(PlaygroundError) -> (String, Int) {
        guard let colon = address.lastIndex(of: ":"),
            let port = Int(address[address.index(after: colon)...])
        else { throw PlaygroundError(.unexpected, "\(address) is no address.") }
        return (String(address[..<colon]), port)
    }
}
