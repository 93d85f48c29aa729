/// When a container that has ended is started again: at once the first time, then after a doubling
/// wait, and at once again once it has run for long.
struct Backoff: Sendable {
    private var next = Duration.zero

    /// The wait before the restart of a container that ran for so long.
    mutating func delay(afterRunningFor time: Duration) -> Duration {
        if time >= Limits.restartDelayReset { next = .zero }
        defer {
            next =
                next == .zero
                ? Limits.restartDelay : min(next * 2, Limits.restartDelayMaximum)
        }
        return next
    }
}
