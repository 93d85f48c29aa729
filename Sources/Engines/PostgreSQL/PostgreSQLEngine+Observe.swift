import EngineKit
import PostgreSQLClient
import ReplicationCore
import Synchronization

extension PostgreSQLEngine {
    func observe() async -> DatabaseObservation {
        let deadline = ContinuousClock.now + PostgreSQLLimits.observation
        do throws(PostgreSQLError) {
            let seen = try await observeServer(deadline: deadline)
            try await checkNewSessions()
            return seen
        } catch {
            return await classify(error)
        }
    }

    // MARK: A server that does not answer as it should

    private func classify(_ error: PostgreSQLError) async -> DatabaseObservation {
        switch error {
        case .timeout:
            return .unresponsive
        case .server(let sqlstate, let message):
            switch sqlstate {
            // cannot_connect_now, admin_shutdown, crash_shutdown: on its way up or down.
            case "57P03", "57P01", "57P02": return .starting
            // query_canceled by our own statement_timeout.
            case "57014": return .unresponsive
            default: return .unusable("\(message) (SQLSTATE \(sqlstate))")
            }
        case .badResponse(let message):
            return .unusable(message)
        case .unreachable, .closed:
            return await classifySilence()
        }
    }

    /// Nobody took our connection. Only when no socket listens, no process is seen, and the other
    /// kept session is dead too, is the server really down: the agent may be in a PID namespace
    /// of its own, where `postmaster.pid` tells nothing.
    private func classifySilence() async -> DatabaseObservation {
        if SocketProbe.hasListener(folder: layout.socket, port: settings.databasePort) {
            return .starting
        }
        if await actor.stillAnswers(timeout: PostgreSQLLimits.observation) { return .starting }
        let layout = layout
        do throws(EngineError) {
            let isThere = try await BlockingWorker.files.run(
                timeout: PostgreSQLLimits.observation
            ) { () throws(EngineError) in
                guard let postmaster = try PostgreSQLEngine.postmaster(layout) else {
                    return false
                }
                return PostgreSQLEngine.isVisible(postmaster, layout)
            }
            return isThere ? .starting : .down
        } catch {
            return .unresponsive
        }
    }

    // MARK: A server that answers

    private func observeServer(
        deadline: ContinuousClock.Instant
    ) async throws(PostgreSQLError) -> DatabaseObservation {
        let ask = { (statement: String) async throws(PostgreSQLError) -> [[String?]] in
            try await self.observer.query(statement, timeout: deadline - ContinuousClock.now)
        }
        guard let row = try await ask(PostgreSQLQueries.common(own: ownSessions)).first,
            let common = CommonRow(row)
        else { throw .badResponse("the server's view of itself could not be read") }
        guard PostgreSQLLimits.versions.contains(common.version / 10000) else {
            return .unusable("PostgreSQL \(common.version / 10000) is not a known version")
        }
        let access = await access(common)
        if common.isInRecovery {
            return try await observeStandby(common, access, ask)
        }
        return try await observePrimary(common, access, ask)
    }

    /// Who may open a session. What the settings say counts once a new connection has proved that
    /// the whole server has them in force; "closed" needs besides that no other session is left.
    private func access(_ common: CommonRow) async -> Access {
        guard let setting = common.accessSetting, let generation = common.generation else {
            return .uncertain
        }
        let isClosed = setting == "closed"
        let settled = Settled(
            server: common.serverStart, generation: generation, isClosed: isClosed)
        do throws(EngineError) {
            try await settle(settled)
        } catch {
            return .uncertain
        }
        guard isClosed else { return .open }
        return common.foreignSessions == 0 ? .closed : .uncertain
    }

    private typealias Ask = (String) async throws(PostgreSQLError) -> [[String?]]

    // MARK: Standby

    private func observeStandby(
        _ common: CommonRow, _ access: Access, _ ask: Ask
    ) async throws(PostgreSQLError) -> DatabaseObservation {
        guard let row = try await ask(PostgreSQLQueries.standby(version: common.version)).first,
            let standby = StandbyRow(row)
        else { throw .badResponse("the standby's positions could not be read") }
        // The timeline of what is replayed. `pg_control_checkpoint` would tell that of the last
        // checkpoint, which is stale after a promotion or a restart.
        let timeline = try await identify(ask).branch
        let isHeld = standby.isPaused || standby.isDelayed
        let end = max(standby.received ?? 0, standby.replayed)
        let isFinal = await isFinal(common, standby, timeline: timeline, isHeld: isHeld)
        return .standby(
            StandbyObservation(
                clusterID: common.systemIdentifier,
                // What was received beyond the last whole record is nothing that anyone was told
                // is safe, so the final position is what was replayed.
                position: isFinal
                    ? Position(branch: timeline, offset: standby.replayed)
                    : Position(
                        branch: receivedBranch(common, standby, timeline: timeline), offset: end),
                isFinal: isFinal, upstream: await upstream(common),
                isStreaming: common.receiverStatus == "streaming",
                streamSilenceMilliseconds: common.receiverStatus == nil
                    ? nil : common.silenceMilliseconds.map { max($0, 0) },
                lagMilliseconds: lag(standby), isReplayHeld: isHeld, access: access,
                synchronous: SynchronousNames.parse(common.synchronousNames) ?? .empty))
    }

    private func receivedBranch(
        _ common: CommonRow, _ standby: StandbyRow, timeline: UInt32
    ) -> UInt32 {
        guard let received = standby.received, received > standby.replayed,
            let branch = common.receivedTimeline
        else { return timeline }
        return max(branch, timeline)
    }

    private func lag(_ standby: StandbyRow) -> Int64? {
        guard let end = standby.upstreamEnd else { return nil }
        return end <= standby.replayed ? 0 : standby.delayMilliseconds.map { max($0, 0) }
    }

    /// Rule S13: replay stands at the end of all that can ever arrive. The startup process's sleep
    /// was read before the positions, and since nothing can arrive, what was replayed then is what
    /// is replayed now.
    ///
    /// - Never received anything since its start: before it sleeps for the first time, the startup
    ///   process has read the log on disk to its end. (`pg_last_wal_receive_lsn` is NULL then, and
    ///   replay alone, at some place before that end, would be a position too low: finding F6.)
    /// - Received something: it may sleep because the receiver ended, with more on disk than it has
    ///   replayed. Then it is final only when the next record is not whole.
    private func isFinal(
        _ common: CommonRow, _ standby: StandbyRow, timeline: UInt32, isHeld: Bool
    ) async -> Bool {
        guard common.isCutOff, common.isStartupIdle, !isHeld, standby.replayed > 0 else {
            return false
        }
        guard let received = standby.received, received > standby.replayed else { return true }
        let layout = layout
        do throws(EngineError) {
            return try await BlockingWorker.files.run(timeout: PostgreSQLLimits.observation) {
                () throws(EngineError) in
                let tail = LogTail(
                    folder: layout.data + "/pg_wal",
                    segmentBytes: try PostgreSQLEngine.inspect(layout.data)?.segmentBytes ?? 0)
                return try !tail.mayHoldRecord(
                    at: standby.replayed, before: received, from: timeline)
            }
        } catch {
            return false
        }
    }

    private func upstream(_ common: CommonRow) async -> String? {
        guard !common.primaryConnection.isEmpty else { return nil }
        let layout = layout
        let node: NodeSettings?
        do throws(EngineError) {
            node = try await BlockingWorker.files.run(timeout: PostgreSQLLimits.observation) {
                () throws(EngineError) in
                try PostgreSQLEngine.readNode(layout)
            }
        } catch {
            node = nil
        }
        let isOwn =
            node?.connectionString(passwordFile: layout.passwordFile) == common.primaryConnection
        if isOwn, let member = node?.upstream?.member { return member }
        let values = ConnectionString.parse(common.primaryConnection)
        return (values?["host"] ?? "?") + ":" + (values?["port"] ?? "?")
    }

    /// The timeline and position by `IDENTIFY_SYSTEM`.
    private func identify(_ ask: Ask) async throws(PostgreSQLError) -> Position {
        guard let row = try await ask("IDENTIFY_SYSTEM").first, row.count >= 3,
            let timeline = row[1].flatMap({ UInt32($0) }),
            let end = row[2].flatMap({ LogSequenceNumber.parse($0) })
        else { throw .badResponse("IDENTIFY_SYSTEM was not answered as it should be") }
        return Position(branch: timeline, offset: end)
    }

    // MARK: Primary

    private func observePrimary(
        _ common: CommonRow, _ access: Access, _ ask: Ask
    ) async throws(PostgreSQLError) -> DatabaseObservation {
        // On a primary it is the flushed end.
        let tip = try await identify(ask)
        let finished = try await history(of: tip.branch, ask)
        let connections = try await ask(PostgreSQLQueries.replicas)
        let slots = try await ask(PostgreSQLQueries.slots)
        // Where commits do not wait, or are not flushed, whatever the names say, nobody
        // acknowledges: weaker than any record, to be closed and restored (rule S6).
        let weakened = try await ask(PostgreSQLQueries.weakened).first?.first ?? nil
        let set =
            weakened == "0" ? SynchronousNames.parse(common.synchronousNames) : .empty
        let usable = Set(slots.filter { $0.count == 3 && $0[2] == "true" }.compactMap { $0[0] })
        return .primary(
            PrimaryObservation(
                clusterID: common.systemIdentifier,
                lineage: Lineage(finished: finished, tip: tip), access: access,
                synchronous: set ?? .empty,
                isSynchronousInForce: isInForce(set, common, connections),
                replicas: PostgreSQLEngine.replicas(connections),
                retained: settings.members.filter {
                    usable.contains(PostgreSQLNames.slot(of: $0))
                },
                isArmed: common.isArmed))
    }

    private static func replicas(_ rows: [[String?]]) -> [ReplicaConnection] {
        rows.compactMap { row in
            guard row.count == 4, let name = row[0],
                let voter = PostgreSQLNames.voter(application: name)
            else { return nil }
            return ReplicaConnection(
                voter: voter, isStreaming: row[1] == "streaming", counts: counts(row),
                flushedOffset: row[3].flatMap { LogSequenceNumber.parse($0) } ?? 0)
        }
    }

    private static func counts(_ row: [String?]) -> Bool {
        row[2] == "quorum" || row[2] == "sync"
    }

    /// Rule S13: the set is in force when every connected voter is shown as counting and nobody
    /// else is; and since processes that commit learn of a rise from nobody only through the
    /// checkpointer, when a checkpoint was completed that was requested after the reload.
    private func isInForce(
        _ set: SynchronousSet?, _ common: CommonRow, _ connections: [[String?]]
    ) -> Bool {
        guard let set else { return false }
        let voters = Set(set.voters.map(\.description))
        let isShown = connections.allSatisfy { row in
            guard row.count == 4, let name = row[0], row[1] == "streaming" else { return true }
            return voters.contains(name) == PostgreSQLEngine.counts(row)
        }
        guard isShown else { return false }
        if set.voters.isEmpty { return true }
        let wanted = Proven(server: common.serverStart)
        if memory.withLock({ $0.proven == wanted }) { return true }
        startCheckpoint(wanted)
        return false
    }

    /// The finished branches behind a timeline.
    private func history(
        of timeline: UInt32, _ ask: Ask
    ) async throws(PostgreSQLError) -> [FinishedBranch] {
        guard timeline > 1 else { return [] }
        if let known = memory.withLock({ $0.histories[timeline] }) { return known }
        guard let row = try await ask("TIMELINE_HISTORY \(timeline)").first, row.count == 2,
            let text = row[1]
        else { throw .badResponse("the history of timeline \(timeline) could not be read") }
        let branches = PostgreSQLEngine.branches(text)
        memory.withLock { $0.histories[timeline] = branches }
        return branches
    }

    /// A history file: a line for each finished timeline, with the place where it was left.
    static func branches(_ text: String) -> [FinishedBranch] {
        text.split(separator: "\n").compactMap { line in
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard fields.count >= 2, let branch = UInt32(fields[0]),
                let end = LogSequenceNumber.parse(String(fields[1]))
            else { return nil }
            return FinishedBranch(branch: branch, end: end)
        }
    }
}
