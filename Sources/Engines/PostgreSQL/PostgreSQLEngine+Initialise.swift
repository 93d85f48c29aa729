import EngineKit
import Glibc
import PostgreSQLClient
import ReplicationCore

extension PostgreSQLEngine {
    func initialise(_ permit: InitialisationPermit) async throws(EngineError) -> String {
        guard permit.member == settings.member else {
            throw EngineError(
                .verificationFailed,
                "the permit to initialise is \(permit.member)'s, not \(settings.member)'s")
        }
        let (layout, account) = (layout, account)
        let secrets = try await BlockingWorker.files.run {
            () throws(EngineError) -> (superuser: String?, replication: String) in
            guard try PostgreSQLEngine.isWorthless(layout) else {
                throw EngineError(
                    .inUse, "\(layout.data) is not empty: nothing is initialised over data")
            }
            let secrets = (
                try account.password(), try PostgreSQLEngine.replicationPassword(layout)
            )
            try Folder.create(Path.parent(of: layout.data))
            try Folder.create(layout.runtime)
            try Folder.remove(layout.initialising)
            return secrets
        }
        try await makeDirectory(secrets.superuser)
        try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.writeFirstRules(layout, account)
        }
        try await fill(secrets.replication)
        return try await BlockingWorker.files.run { () throws(EngineError) in
            guard let control = try PostgreSQLEngine.inspect(layout.initialising),
                control.state == .shutDown
            else {
                throw EngineError(
                    .verificationFailed, "the temporary server was not shut down in order")
            }
            try PostgreSQLEngine.arm(layout.initialising)
            try PostgreSQLEngine.replaceData(layout, by: layout.initialising)
            return String(control.systemIdentifier)
        }
    }

    /// initdb, beside the data directory. The password goes through a file in memory.
    private func makeDirectory(_ password: String?) async throws(EngineError) {
        let layout = layout
        let passwordFile = layout.runtime + "/initdb.password"
        var arguments = [
            "--pgdata=\(layout.initialising)", "--username=\(account.user)",
        ]
        if let password {
            try await BlockingWorker.files.run { () throws(EngineError) in
                try DurableFile.write(password + "\n", to: passwordFile)
            }
            arguments.append("--pwfile=\(passwordFile)")
        }
        let outcome: Result<Void, EngineError>
        do throws(EngineError) {
            try await programs.run(
                "initdb", arguments + account.initdbArguments,
                environment: locale, timeout: PostgreSQLLimits.directoryWork)
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        try await BlockingWorker.files.run { () throws(EngineError) in
            try DurableFile.remove(passwordFile)
        }
        try outcome.get()
    }

    /// initdb takes the cluster's locale from the environment, as in the image.
    private var locale: [String: String] {
        let names = settings.environment.keys.filter { $0 == "LANG" || $0.hasPrefix("LC_") }
        guard !names.isEmpty else { return [:] }
        let values = settings.environment.filter { names.contains($0.key) }
        return ["LC_ALL": values["LC_ALL"] ?? values["LANG"] ?? "C"]
    }

    /// The rule for clients from elsewhere, as the image adds it to what initdb has written.
    private static func writeFirstRules(
        _ layout: PostgreSQLLayout, _ account: PostgreSQLAccount
    ) throws(EngineError) {
        let path = layout.initialising + "/pg_hba.conf"
        let rules = try DurableFile.readText(path) ?? ""
        let version = try majorVersion(in: layout.initialising) ?? 0
        let method = account.hostAuthentication ?? (version >= 14 ? "scram-sha-256" : "md5")
        try DurableFile.write(rules + "\nhost all all all \(method)\n", to: path)
    }

    /// Runs a temporary server on a private socket, and in it all that belongs to the first start.
    private func fill(_ replicationPassword: String) async throws(EngineError) {
        let socket = layout.runtime + "/initialise"
        let port = temporaryPort
        let hasEntrypoint = access(settings.imageEntrypoint, R_OK) == 0
        let rules = socket + "/pg_hba.conf"
        let layout = layout
        try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.remove(socket)
            try Folder.create(socket)
            try DurableFile.write("local all all trust\n", to: rules)
        }
        let folders = hasEntrypoint ? "\(socket),\(layout.socket)" : socket
        try await programs.serve(
            "postgres",
            [
                "-D", layout.initialising, "-c", "listen_addresses=", "-p", String(port),
                "-c", "unix_socket_directories=\(folders)", "-c", "unix_socket_permissions=0700",
                "-c", "hba_file=\(rules)", "-c", "synchronous_standby_names=",
                "-c", "wal_log_hints=on", "-c", "logging_collector=off",
            ],
            environment: locale, endedBy: SIGINT, timeout: PostgreSQLLimits.directoryWork
        ) { () throws(EngineError) in
            try await self.fillDatabase(
                socket: socket, port: port, replicationPassword, hasEntrypoint: hasEntrypoint)
        }
        try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.remove(socket)
        }
    }

    /// Another port, so that no agent takes a temporary server for the database even where the
    /// image's scripts need the usual socket folder.
    var temporaryPort: Int { settings.databasePort == 65432 ? 65431 : 65432 }

    private func fillDatabase(
        socket: String, port: Int, _ replicationPassword: String, hasEntrypoint: Bool
    ) async throws(EngineError) {
        let connection = try await connectTemporarily(socket: socket, port: port)
        do throws(PostgreSQLError) {
            if account.database != "postgres" {
                let found = try await connection.query(
                    "SELECT 1 FROM pg_catalog.pg_database WHERE datname = $1",
                    [account.database], timeout: PostgreSQLLimits.temporaryServerStart)
                if found.isEmpty {
                    _ = try await connection.query(
                        "CREATE DATABASE " + SQL.identifier(account.database),
                        timeout: PostgreSQLLimits.temporaryServerStart)
                }
            }
            try await PostgreSQLEngine.makeReplicator(replicationPassword, connection)
        } catch {
            throw EngineError(error, "the temporary server")
        }
        await connection.close()
        try await runScripts(socket: socket, port: port, hasEntrypoint: hasEntrypoint)
    }

    func connectTemporarily(
        socket: String, port: Int, within limit: Duration = PostgreSQLLimits.temporaryServerStart
    ) async throws(EngineError) -> PostgreSQLConnection {
        let options = PostgreSQLOptions(
            server: .socket(directory: socket, port: port), user: account.user,
            database: "postgres", applicationName: PostgreSQLNames.agentApplication)
        let deadline = ContinuousClock.now + limit
        while true {
            do throws(PostgreSQLError) {
                return try await PostgreSQLConnection.connect(
                    options, timeout: PostgreSQLLimits.statement)
            } catch {
                guard ContinuousClock.now < deadline, !Task.isCancelled else {
                    throw EngineError(error, "the temporary server")
                }
            }
            // Ends early only when the task is cancelled, which the guard above sees.
            try? await Task.sleep(for: PostgreSQLLimits.pollPause)
        }
    }

    // MARK: The initialisation scripts

    /// Runs the image's own functions over the scripts where the image has them; elsewhere `*.sql`
    /// by psql, and refuses what would need the image's shell.
    private func runScripts(
        socket: String, port: Int, hasEntrypoint: Bool
    ) async throws(EngineError) {
        let folder = settings.initialisationDirectory
        let names = try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.entries(folder) ?? []
        }
        let scripts = names.map { Path.trimming(folder) + "/" + $0 }
        guard !scripts.isEmpty else { return }
        var environment = settings.environment.filter { !$0.key.hasPrefix("UNDERSTUDY_") }
        environment["PGDATA"] = layout.initialising
        environment["PGHOST"] = socket
        environment["PGPORT"] = String(port)
        if hasEntrypoint {
            // The file says itself that it may be sourced, and then only defines its functions.
            try await ProgramRunner(directory: nil).run(
                "bash",
                [
                    "-c",
                    "source \"$1\"; shift; docker_setup_env; docker_process_init_files \"$@\"",
                    "understudy", settings.imageEntrypoint,
                ] + scripts,
                environment: environment, timeout: PostgreSQLLimits.directoryWork)
            return
        }
        if let other = scripts.first(where: { !$0.hasSuffix(".sql") }) {
            throw EngineError(
                .unsupported,
                "\(other): without \(settings.imageEntrypoint) only *.sql files can be run")
        }
        for script in scripts {
            try await programs.run(
                "psql",
                [
                    "--no-psqlrc", "--no-password", "--set=ON_ERROR_STOP=1",
                    "--host=\(socket)", "--port=\(port)", "--username=\(account.user)",
                    "--dbname=\(account.database)", "--file=\(script)",
                ], timeout: PostgreSQLLimits.directoryWork)
        }
    }
}
