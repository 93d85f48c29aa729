import NIOCore

/// How long the server bears a slow client.
struct ServerTimes: Sendable {
    /// The time for a whole request, from the end of the one before, and for a client to take its
    /// answer.
    var patience = TimeAmount.seconds(5)
    /// The time that a connection with a refused request has left to take the refusal.
    var linger = TimeAmount.seconds(1)
}
