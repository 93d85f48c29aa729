import EngineKit
import Glibc
import PostgreSQLClient
import ReplicationCore
import Synchronization

extension PostgreSQLEngine {
    func prepareStart(as voter: Voter) async throws(EngineError) {
        let (layout, settings) = (layout, settings)
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.refuseRunningServer(layout, port: settings.databasePort)
        }
        try await writeSettings(as: .initial(voter))
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.scrub(layout.data)
            try PostgreSQLEngine.arm(layout.data)
            try DurableFile.remove(layout.postmasterFile)
            try DurableFile.remove(PostgreSQLLayout.unstarted(in: layout.data))
        }
    }

    /// Writes all generated files for a server that is about to start.
    func writeSettings(as node: NodeSettings) async throws(EngineError) {
        let (layout, settings) = (layout, settings)
        let superuser = account.user
        try await BlockingWorker.files.run { () throws(EngineError) in
            guard let version = try PostgreSQLEngine.majorVersion(in: layout.data) else {
                throw EngineError(.unsupported, "there is no data in \(layout.data) to start")
            }
            try PostgreSQLEngine.repairPermissions(layout.data)
            try Folder.create(layout.runtime)
            try Folder.create(layout.socket, mode: 0o755)
            let configuration = ServerConfiguration(
                layout: layout, settings: settings, superuser: superuser, majorVersion: version)
            try PostgreSQLEngine.writePasswordFile(layout)
            let capacity = try Folder.capacity(layout.volume)
            let systemUser = try PostgreSQLEngine.systemUser()
            try DurableFile.write(
                configuration.identMap(systemUser: systemUser), to: layout.identMap)
            try DurableFile.write(
                configuration.cluster(volumeBytes: capacity), to: layout.clusterConfiguration)
            try PostgreSQLEngine.write(node, configuration)
            try DurableFile.write(configuration.main, to: layout.configuration)
        }
    }

    // MARK: While the server runs

    /// Changes the own settings, and returns once the server is known to have them in force.
    func change(
        _ body: @escaping @Sendable (inout NodeSettings) -> Void
    ) async throws(EngineError) {
        let (layout, settings) = (layout, settings)
        let superuser = account.user
        let written = try await BlockingWorker.files.run {
            () throws(EngineError) -> NodeSettings in
            guard var node = try PostgreSQLEngine.readNode(layout) else {
                throw EngineError(
                    .configuration,
                    "\(layout.nodeConfiguration) is not there: the server was not prepared")
            }
            guard let version = try PostgreSQLEngine.majorVersion(in: layout.data) else {
                throw EngineError(.unsupported, "there is no data in \(layout.data)")
            }
            body(&node)
            node.generation = Incarnation.random()
            let configuration = ServerConfiguration(
                layout: layout, settings: settings, superuser: superuser, majorVersion: version)
            if node.upstream != nil { try PostgreSQLEngine.writePasswordFile(layout) }
            try PostgreSQLEngine.write(node, configuration)
            // Whoever used ALTER SYSTEM on a setting of ours would override the file.
            try PostgreSQLEngine.scrub(layout.data)
            return node
        }
        try await reload(written)
    }

    /// Makes the server read its files, and returns once all of it has.
    private func reload(_ node: NodeSettings) async throws(EngineError) {
        _ = try await perform("SELECT pg_catalog.pg_reload_conf()")
        let isSeen = try await wait(PostgreSQLLimits.reload) { () throws(EngineError) in
            let row = try await self.row(
                "SELECT pg_catalog.current_setting('understudy.generation', true)")
            return row.first == node.generation
        }
        guard isSeen else {
            throw EngineError(
                .timeout,
                "the server did not read its settings again within \(PostgreSQLLimits.reload): "
                    + "look into its log for an error in a configuration file")
        }
        let row = try await row(
            """
            SELECT pg_catalog.current_setting('primary_conninfo'),
                pg_catalog.current_setting('synchronous_standby_names'),
                pg_catalog.current_setting('hba_file'),
                pg_catalog.pg_postmaster_start_time()::text
            """)
        let wanted = [
            node.connectionString(passwordFile: layout.passwordFile),
            SynchronousNames.text(node.synchronous), layout.accessRules,
        ]
        guard row.count == 4, let server = row[3], Array(row[0..<3]) == wanted.map(Optional.some)
        else {
            throw EngineError(
                .verificationFailed,
                "a setting of the agent is overridden, on the server's command line or by another "
                    + "configuration file: primary_conninfo, synchronous_standby_names or hba_file")
        }
        try await settle(
            Settled(server: server, generation: node.generation, isClosed: node.isClosed))
    }

    /// Proves by a new connection that the whole server has a generation of settings in force, and
    /// remembers it. Our own session sees new settings as soon as it was told of them, which may
    /// be before every other process was told and before the access rules were read; but the
    /// postmaster does all of that before it accepts the next connection.
    func settle(_ settled: Settled) async throws(EngineError) {
        if memory.withLock({ $0.settled == settled }) { return }
        guard let error = await trialConnectionError() else {
            throw EngineError(
                .verificationFailed,
                "a database named \(PostgreSQLNames.canaryDatabase) exists; drop it")
        }
        switch (error.sqlstate, settled.isClosed) {
        case ("28000", true), ("3D000", false):
            memory.withLock { $0.settled = settled }
        case ("28000", false), ("3D000", true):
            throw EngineError(
                .verificationFailed,
                "the server has other access rules in force than the agent's: \(error)")
        default:
            throw EngineError(error, "a trial connection")
        }
    }

    /// Connects to a database that does not exist: nil when it does after all. As a replication
    /// session like the kept ones, so that it finds a place when clients have taken all others.
    private func trialConnectionError() async -> PostgreSQLError? {
        var options = sessionOptions
        options.database = PostgreSQLNames.canaryDatabase
        do throws(PostgreSQLError) {
            let connection = try await PostgreSQLConnection.connect(
                options, timeout: PostgreSQLLimits.statement)
            await connection.close()
            return nil
        } catch {
            return error
        }
    }

    // MARK: Files; these block

    static func readNode(_ layout: PostgreSQLLayout) throws(EngineError) -> NodeSettings? {
        try DurableFile.readText(layout.nodeConfiguration).flatMap { NodeSettings.parse($0) }
    }

    /// Writes all that depends on the node's settings. The access rules go first: a server that
    /// starts or reloads in between is then rather too closed than too open.
    private static func write(
        _ node: NodeSettings, _ configuration: ServerConfiguration
    ) throws(EngineError) {
        let layout = configuration.layout
        let userRules = try DurableFile.readText(layout.hostRules) ?? ""
        let rules = configuration.accessRules(isClosed: node.isClosed, userRules: userRules)
        let text = try node.text(passwordFile: layout.passwordFile)
        if node.isClosed {
            try DurableFile.write(rules, to: layout.accessRules)
            try DurableFile.write(configuration.fence, to: layout.fenceConfiguration)
            try DurableFile.write(text, to: layout.nodeConfiguration)
        } else {
            try DurableFile.write(text, to: layout.nodeConfiguration)
            try DurableFile.remove(layout.fenceConfiguration)
            try DurableFile.write(rules, to: layout.accessRules)
        }
    }

    /// The replication password of the mounted secret.
    static func replicationPassword(_ layout: PostgreSQLLayout) throws(EngineError) -> String {
        guard let text = try DurableFile.readText(layout.replicationPassword) else {
            throw EngineError(
                .configuration,
                "\(layout.replicationPassword) is not there: mount the Secret with the key "
                    + "replication-password")
        }
        let password = PostgreSQLAccount.trimmed(text)
        guard !password.isEmpty,
            !password.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else {
            throw EngineError(
                .configuration,
                "the replication password is empty or holds a control character")
        }
        return password
    }

    static func writePasswordFile(_ layout: PostgreSQLLayout) throws(EngineError) {
        let text = ServerConfiguration.passwordFile(try replicationPassword(layout))
        if try DurableFile.readText(layout.passwordFile) == text { return }
        try DurableFile.write(text, to: layout.passwordFile)
    }

    /// Takes the agent's settings out of what ALTER SYSTEM wrote.
    static func scrub(_ data: String) throws(EngineError) {
        let path = PostgreSQLLayout.automaticConfiguration(in: data)
        guard let text = try DurableFile.readText(path) else { return }
        let scrubbed = ServerConfiguration.scrubbed(text)
        if scrubbed != text { try DurableFile.write(scrubbed, to: path) }
    }

    /// Makes any further start read-only.
    static func arm(_ data: String) throws(EngineError) {
        let path = PostgreSQLLayout.standbySignal(in: data)
        if try Folder.status(path) == nil { try DurableFile.write("", to: path) }
        // Both signals together would be a standby as well, but one that a target may end.
        try DurableFile.remove(PostgreSQLLayout.recoverySignal(in: data))
    }

    /// The server refuses a folder that others may read, and Kubernetes widens the mode of a volume
    /// with `fsGroup`.
    private static func repairPermissions(_ data: String) throws(EngineError) {
        guard let status = try Folder.status(data), status.mode != 0o700, status.mode != 0o750
        else { return }
        try Folder.setMode(data, 0o700)
    }

    /// The name under which a session of this process is known to the server.
    private static func systemUser() throws(EngineError) -> String {
        let id = geteuid()
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 16384)
        guard getpwuid_r(id, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw EngineError(
                .configuration,
                "user id \(id) has no name in this image, so that the database could not know the "
                    + "agent over its socket: run as the image's own database user")
        }
        return String(cString: entry.pw_name)
    }
}
