/// Why there is no whole answer. The sentence holds no secret.
public enum HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The request surely was not processed: it is safe to repeat it.
    case notSent(String)
    /// Something of the request may have reached the server, and no whole answer came back.
    case unknownOutcome(String)

    /// What happened, in one sentence.
    public var description: String {
        switch self {
        case .notSent(let reason): "not sent: \(reason)"
        case .unknownOutcome(let reason): "outcome unknown: \(reason)"
        }
    }

    /// The cause alone, for requests that change nothing.
    public var reason: String {
        switch self {
        case .notSent(let reason), .unknownOutcome(let reason): reason
        }
    }
}
