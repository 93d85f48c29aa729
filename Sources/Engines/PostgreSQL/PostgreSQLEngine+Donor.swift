import EngineKit
import PostgreSQLClient
import ReplicationCore

extension PostgreSQLEngine {
    /// What a program of PostgreSQL is told about a donor. The password comes from the password
    /// file; keepalives and `tcp_user_timeout` end a connection to a node that is gone.
    func connectionString(to donor: Donor, application: String) -> String {
        ConnectionString.make([
            ("host", donor.host), ("port", String(donor.port)),
            ("user", PostgreSQLNames.replicator), ("dbname", "postgres"),
            ("application_name", application), ("passfile", layout.passwordFile),
            ("connect_timeout", "5"), ("tcp_user_timeout", "30000"), ("keepalives_idle", "10"),
            ("keepalives_interval", "5"), ("keepalives_count", "3"),
            ("options", "-c statement_timeout=0"),
        ])
    }

    /// What a donor says of itself.
    struct DonorIdentity: Sendable {
        var clusterID: String
        var timeline: UInt32
        var hasSlot: Bool
    }

    func checkDonor(_ donor: Donor, clusterID: String) async throws(EngineError) {
        _ = try await verify(donor, isOf: clusterID)
    }

    /// Asks a donor who it is, and refuses it when it is of another cluster.
    func verify(
        _ donor: Donor, isOf clusterID: String
    ) async throws(EngineError) -> DonorIdentity {
        let identity = try await identify(donor)
        guard identity.clusterID == clusterID else {
            throw EngineError(
                .verificationFailed,
                "\(donor.member) is of cluster \(identity.clusterID), not of \(clusterID); "
                    + "nothing was touched")
        }
        return identity
    }

    private func identify(_ donor: Donor) async throws(EngineError) -> DonorIdentity {
        let addresses = try await HostResolver.addresses(
            of: donor.host, timeout: PostgreSQLLimits.donorConnection)
        let layout = layout
        try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.create(layout.runtime)
            try PostgreSQLEngine.writePasswordFile(layout)
        }
        do throws(PostgreSQLError) {
            let connection = try await connect(to: donor, at: addresses)
            let system = try await connection.query(
                "IDENTIFY_SYSTEM", timeout: PostgreSQLLimits.donorConnection)
            let hasSlot = try await PostgreSQLEngine.hasSlot(
                PostgreSQLNames.slot(of: settings.member), connection)
            await connection.close()
            guard let row = system.first, row.count >= 2, let id = row[0],
                let timeline = row[1].flatMap({ UInt32($0) })
            else { throw .badResponse("\(donor.member) did not say which cluster it is of") }
            return DonorIdentity(clusterID: id, timeline: timeline, hasSlot: hasSlot)
        } catch {
            throw EngineError(error, "\(donor.member) at \(donor.host):\(donor.port)")
        }
    }

    /// The first of the donor's addresses that takes the connection.
    private func connect(
        to donor: Donor, at addresses: [String]
    ) async throws(PostgreSQLError) -> PostgreSQLConnection {
        var failure = PostgreSQLError.unreachable("\(donor.host) has no address")
        for address in addresses {
            let options = PostgreSQLOptions(
                server: .address(address, port: donor.port, host: donor.host),
                user: PostgreSQLNames.replicator, database: "replication",
                passwordFile: layout.passwordFile,
                applicationName: PostgreSQLNames.cloneApplication(of: settings.member),
                replication: .physical)
            do throws(PostgreSQLError) {
                return try await PostgreSQLConnection.connect(
                    options, timeout: PostgreSQLLimits.donorConnection)
            } catch {
                switch error {
                case .unreachable, .timeout, .closed: failure = error
                case .server, .badResponse: throw error
                }
            }
        }
        throw failure
    }

    /// Whether the donor keeps WAL for this member. READ_REPLICATION_SLOT is there since 15; older
    /// servers answer with a syntax error, and the clone then streams without a slot.
    private static func hasSlot(
        _ name: String, _ connection: PostgreSQLConnection
    ) async throws(PostgreSQLError) -> Bool {
        guard await connection.serverVersion >= 150_000 else { return false }
        let rows = try await connection.query(
            "READ_REPLICATION_SLOT \(name)", timeout: PostgreSQLLimits.donorConnection)
        return (rows.first?.first ?? nil) != nil
    }

    // MARK: Clone

    func clone(from donor: Donor, _ permit: ErasurePermit) async throws(EngineError) {
        let (layout, port) = (layout, settings.databasePort)
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.refuseRunningServer(layout, port: port)
        }
        let identity = try await verify(donor, isOf: permit.clusterID)
        try await BlockingWorker.files.run(timeout: PostgreSQLLimits.directoryWork) {
            () throws(EngineError) in
            try Folder.remove(layout.clone)
        }
        var arguments = [
            "--dbname="
                + connectionString(
                    to: donor, application: PostgreSQLNames.cloneApplication(of: settings.member)),
            "--pgdata=\(layout.clone)", "--wal-method=stream", "--checkpoint=fast",
            "--no-password", "--progress", "--verbose",
        ]
        if identity.hasSlot {
            arguments.append("--slot=" + PostgreSQLNames.slot(of: settings.member))
        }
        try await programs.run(
            "pg_basebackup", arguments, timeout: PostgreSQLLimits.directoryWork,
            silence: PostgreSQLLimits.donorSilence)
        if programs.has("pg_verifybackup") {
            try await programs.run(
                "pg_verifybackup", [layout.clone], timeout: PostgreSQLLimits.directoryWork)
        }
        try await BlockingWorker.files.run(timeout: PostgreSQLLimits.directoryWork) {
            () throws(EngineError) in
            let copy = try PostgreSQLEngine.inspect(layout.clone)
            guard let copy, String(copy.systemIdentifier) == permit.clusterID else {
                throw EngineError(
                    .verificationFailed, "the copy is not of cluster \(permit.clusterID)")
            }
            try PostgreSQLEngine.scrub(layout.clone)
            try PostgreSQLEngine.arm(layout.clone)
            try PostgreSQLEngine.refuseLoss(layout, permit)
            try PostgreSQLEngine.replaceData(layout, by: layout.clone)
        }
    }

    /// Checks right before the act that what would be replaced is within the permit: with
    /// `nothingOfWorth` nothing but a broken remainder may lie there.
    static func refuseLoss(
        _ layout: PostgreSQLLayout, _ permit: ErasurePermit
    ) throws(EngineError) {
        switch permit.scope {
        case .nothingOfWorth:
            guard try isWorthless(layout) else {
                throw EngineError(
                    .verificationFailed,
                    "\(layout.data) holds data, and the permit is for an empty one only")
            }
        case .divergedTail:
            guard let old = try inspect(layout.data) else { return }
            guard String(old.systemIdentifier) == permit.clusterID else {
                throw EngineError(
                    .verificationFailed,
                    "\(layout.data) is of cluster \(old.systemIdentifier), and the permit is for "
                        + permit.clusterID)
            }
        }
    }

    // MARK: Rewind

    func rewind(to donor: Donor, _ permit: ErasurePermit) async throws(EngineError) {
        let (layout, port) = (layout, settings.databasePort)
        let control = try await BlockingWorker.files.run {
            () throws(EngineError) -> ControlFile? in
            try PostgreSQLEngine.refuseRunningServer(layout, port: port)
            return try PostgreSQLEngine.inspect(layout.data)
        }
        let identity = try await verify(donor, isOf: permit.clusterID)
        guard let control else {
            throw EngineError(.unsupported, "there is no data in \(layout.data) to rewind")
        }
        guard String(control.systemIdentifier) == permit.clusterID else {
            throw EngineError(
                .verificationFailed,
                "\(layout.data) is of cluster \(control.systemIdentifier), not of "
                    + permit.clusterID)
        }
        switch permit.scope {
        case .divergedTail: break
        case .nothingOfWorth:
            throw EngineError(
                .verificationFailed, "the permit does not allow to take back a diverged tail")
        }
        // Rewound before, and cut off on the way to consistency.
        if try await isUnstarted() { return try await catchUp(with: donor) }
        guard control.stopped.position.branch != identity.timeline else {
            // Two members were promoted from the same place without knowing of each other, and
            // each called its timeline so. pg_rewind would find nothing to do.
            throw EngineError(
                .verificationFailed,
                "\(layout.data) and \(donor.member) are both on timeline \(identity.timeline), "
                    + "but not on the same: only a clone helps")
        }
        try await writeSettings(as: .initial(Voter(member: settings.member, incarnation: "none")))
        try await recover(control)
        try await runRewind(donor)
        try await catchUp(with: donor)
    }

    private func isUnstarted() async throws(EngineError) -> Bool {
        let layout = layout
        return try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.status(PostgreSQLLayout.unstarted(in: layout.data)) != nil
        }
    }

    private func runRewind(_ donor: Donor) async throws(EngineError) {
        let layout = layout
        try await programs.run(
            "pg_rewind",
            [
                "--target-pgdata=\(layout.data)",
                "--source-server="
                    + connectionString(
                        to: donor,
                        application: PostgreSQLNames.cloneApplication(of: settings.member)),
                "--no-ensure-shutdown", "--progress",
            ],
            timeout: PostgreSQLLimits.directoryWork, silence: PostgreSQLLimits.donorSilence)
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.scrub(layout.data)
            try PostgreSQLEngine.arm(layout.data)
            try DurableFile.write("", to: PostgreSQLLayout.unstarted(in: layout.data))
        }
    }

    /// pg_rewind wants a target that was shut down in order. A single-user server makes it so; it
    /// cannot run in standby mode, so the signal is taken away for its time. With an archiver that
    /// never succeeds it keeps all the WAL that pg_rewind has to read.
    private func recover(_ control: ControlFile) async throws(EngineError) {
        guard !control.stopped.isClean else { return }
        let layout = layout
        try await BlockingWorker.files.run { () throws(EngineError) in
            try DurableFile.remove(PostgreSQLLayout.standbySignal(in: layout.data))
            try DurableFile.remove(PostgreSQLLayout.recoverySignal(in: layout.data))
            try DurableFile.remove(layout.postmasterFile)
        }
        let outcome: Result<Void, EngineError>
        do throws(EngineError) {
            try await programs.run(
                "postgres",
                [
                    "--single", "-D", layout.data, "-c", "config_file=\(layout.configuration)",
                    "-c", "archive_mode=on", "-c", "archive_command=false",
                    "-c", "logging_collector=off", "template1",
                ], timeout: PostgreSQLLimits.directoryWork)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        // Armed again whatever came of it: a start must be read-only also after a failed try.
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.arm(layout.data)
        }
        try outcome.get()
    }
}
