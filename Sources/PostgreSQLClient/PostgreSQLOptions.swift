/// Where and as whom to connect. Names are never resolved here: libpq would do so synchronously.
public struct PostgreSQLOptions: Sendable {
    /// How the server is reached.
    public enum Server: Sendable, Hashable {
        /// By the Unix socket in that directory.
        case socket(directory: String, port: Int)
        /// By TCP at that numeric address; the host's name is for TLS and messages only.
        case address(String, port: Int, host: String?)
    }

    /// Whether the session may also give replication commands.
    public enum Replication: Sendable, Hashable {
        /// An ordinary session.
        case none
        /// Replication commands only.
        case physical
        /// Replication commands and SQL without parameters. Such a session takes a place of
        /// `max_wal_senders`, so that clients who exhaust `max_connections` cannot keep it out.
        case database
    }

    /// How the server is reached.
    public var server: Server
    /// The role.
    public var user: String
    /// The database.
    public var database: String
    /// The password, kept in memory; nil to look into the password file.
    public var password: String?
    /// The path of a password file in libpq's format; nil for none.
    public var passwordFile: String?
    /// The name by which the session is shown.
    public var applicationName: String
    /// Settings of the session.
    public var settings: [String: String]
    /// Whether the session may give replication commands.
    public var replication: Replication

    /// Options from their parts.
    public init(
        server: Server, user: String, database: String, password: String? = nil,
        passwordFile: String? = nil, applicationName: String,
        settings: [String: String] = [:], replication: Replication = .none
    ) {
        self.server = server
        self.user = user
        self.database = database
        self.password = password
        self.passwordFile = passwordFile
        self.applicationName = applicationName
        self.settings = settings
        self.replication = replication
    }
}

extension PostgreSQLOptions {
    /// libpq's keywords and values. What the environment or the home folder could change for the
    /// worse is set, so that a session does not depend on where the program was started.
    var keywords: [(String, String)] {
        var pairs: [(String, String)] = [
            ("user", user), ("dbname", database), ("application_name", applicationName),
            ("client_encoding", "UTF8"), ("gssencmode", "disable"),
            ("sslmode", "prefer"), ("target_session_attrs", "any"),
            ("passfile", passwordFile ?? "/nonexistent/understudy"), ("options", sessionOptions),
        ]
        switch server {
        case .socket(let directory, let port):
            pairs += [("host", directory), ("port", String(port))]
        case .address(let address, let port, let host):
            pairs += [("hostaddr", address), ("host", host ?? address), ("port", String(port))]
        }
        switch replication {
        case .none: pairs.append(("replication", "false"))
        case .physical: pairs.append(("replication", "true"))
        case .database: pairs.append(("replication", "database"))
        }
        if let password {
            pairs.append(("password", password))
        }
        return pairs
    }

    /// The settings as `-c name=value`, blanks and backslashes escaped as the server wants it.
    private var sessionOptions: String {
        settings.sorted { $0.key < $1.key }.map { name, value in
            "-c \(name)=" + value.escaping(" \\") { _ in "\\" }
        }.joined(separator: " ")
    }

    /// What a message calls the server.
    var serverName: String {
        switch server {
        case .socket(let directory, let port): "\(directory)/.s.PGSQL.\(port)"
        case .address(let address, let port, let host):
            host.map { "\($0) (\(address)):\(port)" } ?? "\(address):\(port)"
        }
    }
}
