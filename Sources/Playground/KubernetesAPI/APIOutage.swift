/// How the API server misbehaves, for trying out what its clients make of it.
public enum APIOutage: Sendable, Hashable {
    /// Nobody listens: connections are refused, open ones are closed.
    case refused
    /// Connections are accepted, nothing is answered, and open watches are silent.
    case hanging
    /// Every request is refused with a status code, with a Retry-After in seconds if given.
    case status(Int, retryAfter: Int?)
    /// Writes are applied, and then the connection is closed without an answer.
    case answersLost
    /// Every answer comes late by that much.
    case slow(Duration)
}
