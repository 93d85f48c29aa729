/// How long a watch may be silent, and how long it lasts.
public struct WatchTiming: Sendable, Hashable {
    /// A silence longer than that counts as a hung connection: the watch begins again with a list.
    public var idleTimeout: Duration
    /// The server is asked to end the watch after that, in order; it goes on without a list.
    public var duration: Duration

    /// The timing of a watch.
    public init(idleTimeout: Duration, duration: Duration) {
        self.idleTimeout = idleTimeout
        self.duration = duration
    }

    /// For Pods, which change rarely. It ends in order before the silence is too long.
    public static let pods = WatchTiming(idleTimeout: .seconds(65), duration: .seconds(55))
    /// For a Lease that is renewed every few seconds.
    public static let lease = WatchTiming(idleTimeout: .seconds(15), duration: .seconds(300))
}
