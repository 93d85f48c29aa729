/// What a client bears from a server.
public struct HTTPLimits: Sendable, Hashable {
    /// The most bytes of a response's body.
    public var maximumBody: Int
    /// The most bytes of one line of a response that is read by lines.
    public var maximumLine: Int
    /// The most bytes of all header fields of a response together.
    public var maximumHeaders: Int
    /// The most requests that wait for the connection; the next one fails at once.
    public var maximumWaiting: Int
    /// A kept connection that was unused for longer is not used again: what lies between may have
    /// forgotten it without a word.
    public var maximumIdle: Duration

    /// Limits; the defaults suit an API of small objects.
    public init(
        maximumBody: Int = 4 << 20, maximumLine: Int = 4 << 20, maximumHeaders: Int = 64 << 10,
        maximumWaiting: Int = 64, maximumIdle: Duration = .seconds(60)
    ) {
        self.maximumBody = maximumBody
        self.maximumLine = maximumLine
        self.maximumHeaders = maximumHeaders
        self.maximumWaiting = maximumWaiting
        self.maximumIdle = maximumIdle
    }

    /// The most header fields of a response.
    static let maximumHeaderFields = 128
    /// Reading from a server pauses while that many lines wait for their reader.
    static let waitingLines = 32
}
