/// What the client waits for and keeps, in one place.
enum Limits {
    /// A token is read again at least that often; projected tokens are replaced long before they
    /// expire.
    static let tokenAge = Duration.seconds(60)
    /// The most bytes of a token or of a namespace's file.
    static let smallFile = 64 << 10
    /// The deadline of a list that begins a watch, and of a watch's first answer.
    static let watchStart = Duration.seconds(5)
    /// The first and the longest pause before a watch begins again; the actual one is drawn below.
    static let firstPause = Duration.milliseconds(100)
    static let longestPause = Duration.seconds(5)
    /// A watch that ended sooner, and without an event, counts as a failure.
    static let shortestWatch = Duration.seconds(1)
    /// How many events wait for their reader.
    static let waitingLeaseEvents = 8
    static let waitingPodEvents = 64
    /// The longest note that an Event may carry, in bytes.
    static let eventNote = 1024
}
