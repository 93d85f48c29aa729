import CLibPQ
import Glibc

/// A libpq connection, used on one thread at a time. Every wait is a poll(2) against a deadline:
/// neither `PQexec` nor `PQcancel` is ever called, since both hang on a stopped server.
final class Session {
    typealias Instant = ContinuousClock.Instant

    let serverName: String
    private var handle: OpaquePointer?

    /// Connects and authenticates.
    init(_ options: PostgreSQLOptions, deadline: Instant) throws(PostgreSQLError) {
        serverName = options.serverName
        let keywords = options.keywords
        guard !keywords.contains(where: { $0.1.utf8.contains(0) }) else {
            throw .badResponse("a zero byte in the options of a connection")
        }
        handle = CStrings.with(keywords.map(\.0)) { names in
            CStrings.with(keywords.map(\.1)) { values in
                PQconnectStartParams(names, values, 0)
            }
        }
        guard handle != nil else { throw .unreachable("out of memory for a connection") }
        do throws(PostgreSQLError) {
            try finishConnecting(deadline: deadline)
        } catch {
            abort()
            throw error
        }
    }

    deinit {
        abort()
    }

    /// The server process that serves this session; 0 when closed.
    var processID: Int32 { handle.map { PQbackendPID($0) } ?? 0 }

    /// The server's version as a number, 150004 for 15.4; 0 when closed.
    var serverVersion: Int { handle.map { Int(PQserverVersion($0)) } ?? 0 }

    /// The socket; negative when closed.
    var socket: Int32 { handle.map { PQsocket($0) } ?? -1 }

    /// Ends the session in order, without waiting for the server.
    func finish() {
        if let handle { PQfinish(handle) }
        handle = nil
    }

    /// Cuts the connection first, so that nothing that libpq would still like to send can block.
    func abort() {
        if let handle {
            let descriptor = PQsocket(handle)
            if descriptor >= 0 { shutdown(descriptor, Int32(SHUT_RDWR)) }
            PQfinish(handle)
        }
        handle = nil
    }

    /// Takes in what came while no statement ran. False when the other side is gone.
    func takeIdleInput() -> Bool {
        guard let handle else { return false }
        let isAlive = PQconsumeInput(handle) == 1 && PQstatus(handle) == CONNECTION_OK
        while let notice = PQnotifies(handle) { PQfreemem(notice) }
        return isAlive
    }

    /// Runs one statement. Without parameters by the simple protocol, which a replication session
    /// needs.
    func run(
        _ statement: String, _ parameters: [String?], deadline: Instant
    ) throws(PostgreSQLError) -> [[String?]] {
        guard let handle else { throw .closed("the connection to \(serverName) is closed") }
        let texts = [statement] + parameters.compactMap { $0 }
        guard !texts.contains(where: { $0.utf8.contains(0) }) else {
            throw .badResponse("a zero byte in a statement or a parameter")
        }
        guard parameters.count <= Limits.parameters else {
            throw .badResponse("more than \(Limits.parameters) parameters")
        }
        do throws(PostgreSQLError) {
            try send(statement, parameters, handle)
            try flush(handle, deadline: deadline)
            return try collect(handle, deadline: deadline)
        } catch {
            // After a server's error the session goes on, unless the server ended it.
            if error.sqlstate == nil || PQstatus(handle) != CONNECTION_OK { abort() }
            throw error
        }
    }

    /// The SCRAM verifier of a password, made here so that the server never sees the password.
    func scramVerifier(user: String, password: String) throws(PostgreSQLError) -> String {
        guard let handle else { throw .closed("the connection to \(serverName) is closed") }
        guard
            let verifier = PQencryptPasswordConn(handle, password, user, "scram-sha-256")
        else { throw .badResponse("no SCRAM verifier could be made") }
        defer { PQfreemem(verifier) }
        return String(cString: verifier)
    }

    // MARK: Connecting

    private func finishConnecting(deadline: Instant) throws(PostgreSQLError) {
        guard let handle else { throw .closed("the connection to \(serverName) is closed") }
        // libpq tells the SQLSTATE of a refused connection only within a verbose message.
        PQsetErrorVerbosity(handle, PQERRORS_VERBOSE)
        var wanted = PGRES_POLLING_WRITING
        guard PQstatus(handle) != CONNECTION_BAD else { throw connectionError(handle) }
        while true {
            switch wanted {
            case PGRES_POLLING_READING:
                try wait(handle, for: POLLIN, deadline: deadline, during: "connecting to")
            case PGRES_POLLING_WRITING:
                try wait(handle, for: POLLOUT, deadline: deadline, during: "connecting to")
            case PGRES_POLLING_OK:
                PQsetErrorVerbosity(handle, PQERRORS_DEFAULT)
                PQsetnonblocking(handle, 1)
                PQsetNoticeReceiver(handle, { _, _ in }, nil)
                return
            default:
                throw connectionError(handle)
            }
            wanted = PQconnectPoll(handle)
        }
    }

    private func connectionError(_ handle: OpaquePointer) -> PostgreSQLError {
        let message = String(cString: PQerrorMessage(handle))
        if let sqlstate = Session.sqlstate(in: message) {
            return .server(sqlstate: sqlstate, message: Session.shortened(message))
        }
        if PQconnectionNeedsPassword(handle) == 1 {
            return .server(
                sqlstate: "28P01",
                message: "\(serverName) asks for a password, and none was found for it")
        }
        return .unreachable(Session.shortened(message))
    }

    /// The code after the severity in a verbose message: `FATAL:  57P03: the database …`.
    static func sqlstate(in message: String) -> String? {
        let bytes = Array(message.utf8)
        let isCode = { (byte: UInt8) in
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        }
        guard bytes.count >= 10 else { return nil }
        for start in 0...(bytes.count - 10)
        where bytes[start..<start + 3].elementsEqual(":  ".utf8)
            && bytes[start + 3..<start + 8].allSatisfy(isCode)
            && bytes[start + 8..<start + 10].elementsEqual(": ".utf8)
        {
            return String(decoding: bytes[start + 3..<start + 8], as: UTF8.self)
        }
        return nil
    }

    /// The message's first line, without an end that is too long to be shown.
    static func shortened(_ message: String) -> String {
        let line = message.split(separator: "\n").first.map(String.init) ?? ""
        return String(line.prefix(Limits.messageCharacters))
    }
}

// MARK: Statements

extension Session {
    private func send(
        _ statement: String, _ parameters: [String?], _ handle: OpaquePointer
    ) throws(PostgreSQLError) {
        let isSent =
            if parameters.isEmpty {
                PQsendQuery(handle, statement)
            } else {
                CStrings.with(parameters) { values in
                    PQsendQueryParams(
                        handle, statement, Int32(parameters.count), nil, values, nil, nil, 0)
                }
            }
        guard isSent == 1 else { throw lost(handle) }
    }

    private func flush(_ handle: OpaquePointer, deadline: Instant) throws(PostgreSQLError) {
        while true {
            switch PQflush(handle) {
            case 0: return
            case 1:
                // Something may have to be read before the server takes more.
                try wait(handle, for: POLLIN | POLLOUT, deadline: deadline, during: "asking")
                guard PQconsumeInput(handle) == 1 else { throw lost(handle) }
            default: throw lost(handle)
            }
        }
    }

    /// The rows of the last result, or the first error.
    private func collect(
        _ handle: OpaquePointer, deadline: Instant
    ) throws(PostgreSQLError) -> [[String?]] {
        var rows: [[String?]] = []
        var failure: PostgreSQLError?
        while true {
            while PQisBusy(handle) == 1 {
                try wait(handle, for: POLLIN, deadline: deadline, during: "waiting for")
                guard PQconsumeInput(handle) == 1 else { throw failure ?? lost(handle) }
            }
            guard let result = PQgetResult(handle) else { break }
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK: rows = try Session.rows(of: result)
            case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows = []
            case PGRES_FATAL_ERROR: failure = failure ?? error(of: result)
            default:
                throw .badResponse("\(serverName) answered with a kind of result not expected")
            }
        }
        if let failure { throw failure }
        return rows
    }

    private static func rows(of result: OpaquePointer) throws(PostgreSQLError) -> [[String?]] {
        let count = PQntuples(result)
        guard count <= Limits.answerRows else {
            throw .badResponse("an answer of \(count) rows, more than \(Limits.answerRows)")
        }
        return (0..<count).map { row in
            (0..<PQnfields(result)).map { column in
                guard PQgetisnull(result, row, column) == 0 else { return nil }
                return PQgetvalue(result, row, column).map { String(cString: $0) }
            }
        }
    }

    private func error(of result: OpaquePointer) -> PostgreSQLError {
        let message = String(cString: PQresultErrorMessage(result))
        // libpq's own errors, such as a cut connection, carry no SQLSTATE.
        guard let field = PQresultErrorField(result, Int32(UInt8(ascii: "C"))) else {
            return .closed(Session.shortened(message))
        }
        let primary = PQresultErrorField(result, Int32(UInt8(ascii: "M")))
        return .server(
            sqlstate: String(cString: field),
            message: Session.shortened(primary.map { String(cString: $0) } ?? message))
    }

    private func lost(_ handle: OpaquePointer) -> PostgreSQLError {
        .closed(Session.shortened(String(cString: PQerrorMessage(handle))))
    }

    private func wait(
        _ handle: OpaquePointer, for events: Int32, deadline: Instant, during what: String
    ) throws(PostgreSQLError) {
        let descriptor = PQsocket(handle)
        guard descriptor >= 0 else { throw lost(handle) }
        while true {
            let rest = deadline - ContinuousClock.now
            guard rest > .zero else {
                throw .timeout("the deadline passed while \(what) \(serverName)")
            }
            let parts = rest.components
            let milliseconds = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000 + 1
            var item = pollfd(fd: descriptor, events: Int16(events), revents: 0)
            if poll(&item, 1, Int32(min(milliseconds, Limits.pollMilliseconds))) > 0 { return }
        }
    }
}
