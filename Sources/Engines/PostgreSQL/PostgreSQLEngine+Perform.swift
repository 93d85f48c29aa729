import EngineKit
import Glibc
import PostgreSQLClient
import ReplicationCore
import Synchronization

extension PostgreSQLEngine {
    // MARK: Promote

    func promote(_ permit: PromotionPermit) async throws(EngineError) {
        let synchronous = permit.synchronous
        try await change { node in
            node.voter = permit.voter
            node.upstream = nil
            node.synchronous = synchronous
            node.isClosed = true
        }
        try await endForeignSessions()
        if try await isInRecovery() {
            // Without waiting: the answer would come over this session only after the deadline of
            // a statement. A pause of the replay is ended by it.
            _ = try await perform("SELECT pg_catalog.pg_promote(false)")
            let isPromoted = try await wait(PostgreSQLLimits.promotion) { () throws(EngineError) in
                try await !self.isInRecovery()
            }
            guard isPromoted else {
                throw EngineError(
                    .timeout,
                    "the standby was not promoted within \(PostgreSQLLimits.promotion)")
            }
        }
        try await armData()
    }

    func isInRecovery() async throws(EngineError) -> Bool {
        try await row("SELECT pg_catalog.pg_is_in_recovery()").first == "t"
    }

    /// The promotion has taken the signal away: from now until this returns, a crash would come
    /// back writable.
    private func armData() async throws(EngineError) {
        let layout = layout
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.arm(layout.data)
        }
    }

    // MARK: Follow

    func follow(_ upstream: Donor?, as voter: Voter) async throws(EngineError) {
        guard try await isInRecovery() else {
            throw EngineError(
                .statementFailed, "the database is no standby: only a restart makes it one")
        }
        try await change { node in
            node.voter = voter
            node.upstream = upstream.map { NodeSettings.Upstream($0) }
        }
        if upstream == nil {
            try await endReceiver()
        } else {
            try await dropSlots(keeping: [])
        }
    }

    /// A receiver goes on while the startup process is paused, or busy with what came before. It is
    /// no session that `pg_terminate_backend` would end, so it gets its signal as the server does.
    private func endReceiver(_ process: Int32) async throws(EngineError) {
        let layout = layout
        let isVisible = try await BlockingWorker.files.run { () throws(EngineError) in
            PostgreSQLEngine.isVisible(Postmaster(processID: process, text: ""), layout)
        }
        if isVisible {
            // Fails only when it is gone already, which the next look shows.
            kill(process, SIGTERM)
        } else {
            try await signalThroughServer(process, "TERM")
        }
    }

    /// Waits until no receiver runs and none can start: two looks in a row, since between being
    /// ordered and being shown a receiver is in neither view, but the startup process waits for it.
    private func endReceiver() async throws(EngineError) {
        let graceEnd = ContinuousClock.now + PostgreSQLLimits.receiverGrace
        var clearLooks = 0
        let isGone = try await wait(PostgreSQLLimits.receiverEnd) { () throws(EngineError) in
            let row = try await self.row(
                """
                SELECT (SELECT pg_catalog.min(pid)::text FROM pg_catalog.pg_stat_activity
                        WHERE backend_type = 'walreceiver'),
                    (SELECT pid::text FROM pg_catalog.pg_stat_wal_receiver),
                    (SELECT wait_event FROM pg_catalog.pg_stat_activity
                        WHERE backend_type = 'startup' LIMIT 1)
                """)
            guard row.count == 3 else { return false }
            let process = (row[0] ?? row[1]).flatMap { Int32($0) }
            if let process, ContinuousClock.now > graceEnd {
                try await self.endReceiver(process)
            }
            let isClear = process == nil && row[2] != "RecoveryWalStream"
            clearLooks = isClear ? clearLooks + 1 : 0
            return clearLooks >= 2
        }
        guard isGone else {
            throw EngineError(.timeout, "the WAL receiver did not end")
        }
    }

    // MARK: Access

    func setAccess(_ access: RequestedAccess) async throws(EngineError) {
        switch access {
        case .open:
            try await change { $0.isClosed = false }
        case .closed:
            try await change { $0.isClosed = true }
            try await endForeignSessions()
        }
    }

    /// Ends every session but our own and replication. The access rules are in force already, so
    /// that none can come back; what was still being let in at that moment is seen by one of the
    /// two counts, or by the next observation.
    private func endForeignSessions() async throws(EngineError) {
        var left = 0
        var zeroCounts = 0
        let isClear = try await wait(PostgreSQLLimits.closing) { () throws(EngineError) in
            let row = try await self.row(
                """
                SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid))::text
                FROM pg_catalog.pg_stat_activity
                WHERE \(PostgreSQLQueries.foreign(self.ownSessions))
                """)
            left = row.first?.flatMap { Int($0) } ?? 1
            zeroCounts = left == 0 ? zeroCounts + 1 : 0
            return zeroCounts >= 2
        }
        guard isClear else {
            throw EngineError(
                .timeout, "\(left) sessions or background workers could not be ended")
        }
    }

    // MARK: Synchronous set

    func setSynchronous(_ set: SynchronousSet) async throws(EngineError) {
        let names = SynchronousNames.text(set)
        let before =
            try await row(
                "SELECT pg_catalog.current_setting('synchronous_standby_names')"
            ).first ?? ""
        // A rise from nobody needs a proof of its own; within sets that name somebody the
        // processes that stream show what is in force.
        if (before ?? "").isEmpty || names.isEmpty { memory.withLock { $0.proven = nil } }
        try await change { $0.synchronous = set }
        if !names.isEmpty { await startProofIfDue() }
    }

    // MARK: Followers

    func prepareFollowers(_ members: [String]) async throws(EngineError) {
        guard try await !isInRecovery() else {
            throw EngineError(.statementFailed, "the database is no primary")
        }
        try await armData()
        try await renewReplicator()
        try await dropSlots(keeping: members)
        let present = Set(try await perform(PostgreSQLQueries.slots).compactMap { $0.first ?? nil })
        for member in members {
            let slot = PostgreSQLNames.slot(of: member)
            guard !present.contains(slot) else { continue }
            // Reserved at once: what a member needs is kept from now on, not from its first visit.
            _ = try await perform(
                "SELECT pg_catalog.pg_create_physical_replication_slot("
                    + "\(SQL.literal(slot)), true)")
        }
        await startCheckpointIfDue()
    }

    /// Drops our own slots of members that are not named, and those that have lost what they kept,
    /// as long as nobody uses them. Another's slots are never touched.
    private func dropSlots(keeping members: [String]) async throws(EngineError) {
        let kept = Set(members.map { PostgreSQLNames.slot(of: $0) })
        for row in try await perform(PostgreSQLQueries.slots) {
            guard row.count == 3, let name = row[0], PostgreSQLNames.isOwn(slot: name),
                row[1] == "false", !kept.contains(name) || row[2] == "false"
            else { continue }
            do throws(EngineError) {
                _ = try await perform(
                    "SELECT pg_catalog.pg_drop_replication_slot(\(SQL.literal(name)))")
            } catch  where error.code == .statementFailed {
                // Used or dropped by somebody between the two statements: looked at again the
                // next time.
                continue
            }
        }
    }
}
