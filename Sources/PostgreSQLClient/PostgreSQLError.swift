/// Why a connection or a statement failed.
public enum PostgreSQLError: Error, Sendable, Hashable {
    /// Nobody listens there, or the connection was cut before the session was open.
    case unreachable(String)
    /// The deadline passed. The connection is closed; whether the statement ran is unknown.
    case timeout(String)
    /// The server refused, with its SQLSTATE.
    case server(sqlstate: String, message: String)
    /// The connection is closed, or was cut by the other side; the outcome is unknown.
    case closed(String)
    /// The answer, or what was to be sent, is nothing that this client can handle.
    case badResponse(String)

    /// The five characters with which the server names the error, where it was the server's.
    public var sqlstate: String? {
        switch self {
        case .server(let sqlstate, _): sqlstate
        case .unreachable, .timeout, .closed, .badResponse: nil
        }
    }
}

extension PostgreSQLError: CustomStringConvertible {
    /// One sentence for people.
    public var description: String {
        switch self {
        case .unreachable(let message), .timeout(let message), .closed(let message),
            .badResponse(let message):
            message
        case .server(let sqlstate, let message): "\(message) (SQLSTATE \(sqlstate))"
        }
    }
}
