import NIOCore

/// The bounds on what the agent's HTTP interface bears, and on what it asks of peers.
enum Limits {
    /// The bytes of a request's line and header fields together.
    static let headerBytes = 8 << 10
    /// The header fields of a request.
    static let headerFields = 64
    /// Connections at the same time. One more ends the one whose client has been idle longest, so
    /// that nobody can shut the kubelet's probes out by holding connections open.
    static let connections = 128
    /// Connections that wait for the agent at the same time; the kubelet needs one.
    static let prestopCallers = 8
    /// The bytes of a request's body, where one is taken.
    static let promiseBytes = 4 << 10
    /// Calls for a promise that wait for the agent at the same time.
    static let promiseCallers = 32
    /// How long the agent may take to give a promise before it answers with what it has.
    static let promiseWait = Duration.milliseconds(400)
    /// The time for a peer's answer to a call for a promise.
    static let promiseTimeout = Duration.milliseconds(800)
    /// How many askers' last calls are remembered; the least recent is forgotten first, and nobody
    /// may fall behind it any more.
    static let knownAskers = 256
    /// What the kernel queues before it is accepted.
    static let backlog: Int32 = 256
    /// The bytes that are read at once, which bounds how many pipelined requests wait in memory.
    static let readBytes = 8 << 10
    /// The bytes of a peer's report.
    static let reportBytes = 256 << 10
    /// How deep a report's JSON nests; the deepest that there is has about fifteen levels.
    static let reportDepth = 32
    /// The header bytes of a peer's answer.
    static let reportHeaderBytes = 8 << 10
    /// The time for a peer's answer.
    static let reportTimeout = Duration.milliseconds(500)
    /// How many requests to one peer wait for its connection.
    static let waitingReports = 8
}
