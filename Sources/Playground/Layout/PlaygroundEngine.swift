/// A database that the playground can run, and the little that it must know of it: what the Pod
/// template of a real cluster says about the database's container.
public enum PlaygroundEngine: String, Sendable, CaseIterable {
    /// PostgreSQL from Debian's packages.
    case postgresql

    /// The usual port.
    var port: Int {
        switch self {
        case .postgresql: 5432
        }
    }

    /// The name of the superuser, as the image calls it by default.
    var superuser: String {
        switch self {
        case .postgresql: "postgres"
        }
    }

    /// The longest name of a file in the socket directory.
    func socketName(port: Int) -> String {
        switch self {
        case .postgresql: ".s.PGSQL.\(port).lock"
        }
    }

    /// The folder below the volume's mount point that holds the data.
    var dataFolder: String {
        switch self {
        case .postgresql: "pgdata"
        }
    }

    /// The image's STOPSIGNAL. SIGINT is PostgreSQL's fast shutdown.
    var stopSignal: Int32 {
        switch self {
        case .postgresql: 2
        }
    }

    /// The folders where the engine's programs may be, the most wanted first.
    func programDirectories() -> [String] {
        switch self {
        case .postgresql:
            FileTree.folders(in: "/usr/lib/postgresql")
                .sorted { (Int($0) ?? 0) > (Int($1) ?? 0) }
                .map { "/usr/lib/postgresql/\($0)/bin" } + ["/usr/local/bin", "/usr/bin"]
        }
    }

    /// Programs that must be there, the server first.
    var programs: [String] {
        switch self {
        case .postgresql: ["postgres", "initdb", "pg_basebackup", "pg_rewind", "pg_controldata"]
        }
    }

    /// What to install when they are missing.
    var packageHint: String {
        switch self {
        case .postgresql: "install the package postgresql-15 (apt-get install postgresql-15)"
        }
    }

    /// The stock image's command.
    func arguments(dataDirectory: String, runtimeDirectory: String) -> [String] {
        switch self {
        case .postgresql:
            ["-D", dataDirectory, "-c", "config_file=\(runtimeDirectory)/postgresql.conf"]
        }
    }

    /// What a user sets for the stock image.
    func environment(dataDirectory: String, passwordFile: String) -> [String: String] {
        switch self {
        case .postgresql:
            [
                "PGDATA": dataDirectory, "POSTGRES_USER": superuser,
                "POSTGRES_PASSWORD_FILE": passwordFile,
            ]
        }
    }
}
