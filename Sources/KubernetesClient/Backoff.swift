/// Pauses that grow up to a limit, each drawn from the upper half, so that many clients that failed
/// together don't come back together.
struct Backoff {
    private let first: Duration
    private let longest: Duration
    private var bound: Duration

    init(first: Duration = Limits.firstPause, longest: Duration = Limits.longestPause) {
        self.first = first
        self.longest = longest
        bound = first
    }

    /// The next pause.
    mutating func next() -> Duration {
        defer { bound = min(bound * 2, longest) }
        return bound * Double.random(in: 0.5...1)
    }

    /// Begins anew.
    mutating func reset() {
        bound = first
    }
}
