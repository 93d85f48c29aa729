import PostgreSQLClient

/// A ledger in PostgreSQL.
struct PostgreSQLLedger: LedgerDatabase {
    let user: String
    let password: String
    let port: Int

    func connect(
        to host: String, timeout: Duration
    ) async throws(LedgerFailure) -> any LedgerSession {
        let options = PostgreSQLOptions(
            server: .address(host, port: port, host: nil), user: user, database: "postgres",
            password: password, applicationName: "understudy-ledger")
        do {
            return Session(
                connection: try await PostgreSQLConnection.connect(options, timeout: timeout))
        } catch {
            throw LedgerFailure(isCertain: true, description: error.description)
        }
    }

    private struct Session: LedgerSession {
        let connection: PostgreSQLConnection

        func prepare(timeout: Duration) async throws(LedgerFailure) {
            try await run(
                """
                CREATE TABLE IF NOT EXISTS understudy_ledger (number bigint PRIMARY KEY);
                CREATE TABLE IF NOT EXISTS understudy_writable (member text)
                """, timeout: timeout)
        }

        func add(_ number: Int64, timeout: Duration) async throws(LedgerFailure) {
            try await run(
                "INSERT INTO understudy_ledger VALUES ($1::bigint)", ["\(number)"],
                timeout: timeout)
        }

        func proveWritable(_ member: String, timeout: Duration) async throws(LedgerFailure) {
            try await run(
                "INSERT INTO understudy_writable VALUES ($1)", [member], timeout: timeout)
        }

        func numbers(timeout: Duration) async throws(LedgerFailure) -> Set<Int64> {
            var numbers: Set<Int64> = []
            var last = Int64.min
            while true {
                let rows = try await run(
                    """
                    SELECT number FROM understudy_ledger WHERE number > $1::bigint
                    ORDER BY number LIMIT \(Limits.ledgerRows)
                    """, ["\(last)"], timeout: timeout)
                let part = rows.compactMap { $0.first.flatMap { $0 }.flatMap { Int64($0) } }
                guard let greatest = part.max() else { return numbers }
                numbers.formUnion(part)
                last = greatest
            }
        }

        func close() async { await connection.close() }

        @discardableResult
        private func run(
            _ statement: String, _ parameters: [String?] = [], timeout: Duration
        ) async throws(LedgerFailure) -> [[String?]] {
            do {
                return try await connection.query(statement, parameters, timeout: timeout)
            } catch {
                throw LedgerFailure(
                    isCertain: Self.isCertain(error), description: error.description)
            }
        }

        /// Whether the statement surely was not committed. A session that is ended while its commit
        /// waits for a replica (57P01, 57P02) has committed locally; a read-only server (25006) has
        /// not even begun.
        private static func isCertain(_ error: PostgreSQLError) -> Bool {
            switch error {
            case .unreachable: true
            case .server(let sqlstate, _):
                !sqlstate.hasPrefix("57P") && !sqlstate.hasPrefix("08")
                    && !sqlstate.hasPrefix("40")
            case .timeout, .closed, .badResponse: false
            }
        }
    }
}
