import EngineKit

/// What the image's environment says about the first start, as the image itself reads it.
struct PostgreSQLAccount: Sendable {
    /// The superuser.
    let user: String
    /// The database that is made at the first start.
    let database: String
    /// How clients from elsewhere prove who they are; nil for the server's own default.
    let hostAuthentication: String?
    /// Arguments for initdb.
    let initdbArguments: [String]
    private let environment: [String: String]

    init(_ environment: [String: String]) throws(EngineError) {
        self.environment = environment
        let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        let user = value("POSTGRES_USER") ?? "postgres"
        self.user = user
        database = value("POSTGRES_DB") ?? user
        hostAuthentication = value("POSTGRES_HOST_AUTH_METHOD")
        initdbArguments =
            value("POSTGRES_INITDB_ARGS")?.split(whereSeparator: \.isWhitespace)
            .map(String.init) ?? []
        for (name, text) in [
            ("POSTGRES_USER", user), ("POSTGRES_DB", database),
            ("POSTGRES_HOST_AUTH_METHOD", hostAuthentication ?? ""),
        ] where text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 }) {
            throw EngineError(.configuration, "\(name) holds a control character")
        }
        if let method = hostAuthentication,
            method.contains(where: { !$0.isLetter && !$0.isNumber && $0 != "-" && $0 != "_" })
        {
            throw EngineError(
                .configuration, "POSTGRES_HOST_AUTH_METHOD is no authentication method")
        }
        if value("POSTGRES_INITDB_WALDIR") != nil {
            throw EngineError(
                .configuration,
                "POSTGRES_INITDB_WALDIR is not supported: the WAL lies in the data directory")
        }
    }

    /// The superuser's password, from the environment or the file that it names; nil where anyone
    /// is trusted. Like the image, it refuses to go on without either.
    func password() throws(EngineError) -> String? {
        let direct = environment["POSTGRES_PASSWORD"] ?? ""
        let file = environment["POSTGRES_PASSWORD_FILE"] ?? ""
        if !direct.isEmpty && !file.isEmpty {
            throw EngineError(
                .configuration,
                "POSTGRES_PASSWORD and POSTGRES_PASSWORD_FILE are both set; set one")
        }
        var password = direct
        if !file.isEmpty {
            guard let text = try DurableFile.readText(file) else {
                throw EngineError(.configuration, "POSTGRES_PASSWORD_FILE: \(file) is not there")
            }
            password = PostgreSQLAccount.trimmed(text)
        }
        if password.isEmpty {
            guard hostAuthentication == "trust" else {
                throw EngineError(
                    .configuration,
                    "no superuser password: set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE, or "
                        + "POSTGRES_HOST_AUTH_METHOD=trust to let everybody in without one")
            }
            return nil
        }
        guard !password.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\r" || $0 == "\0" })
        else { throw EngineError(.configuration, "POSTGRES_PASSWORD holds a line break") }
        return password
    }

    /// A secret's text without the line break at its end.
    static func trimmed(_ text: String) -> String {
        var scalars = text.unicodeScalars
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
}
