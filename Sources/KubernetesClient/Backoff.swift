/// Pauses that grow up to a limit, each drawn from the upper half, so that many clients that failed
/// together don't come back together.
public struct Backoff: Sendable {
    private let first: Duration
    private let longest: Duration
    private var bound: Duration

    /// Pauses between those two bounds.
    public init(first: Duration, longest: Duration) {
        self.first = first
        self.longest = longest
        bound = first
    }

    /// The next pause.
    public mutating func next() -> Duration {
        defer { bound = min(bound * 2, longest) }
        return bound * Double.random(in: 0.5...1)
    }

    /// Begins anew.
    public mutating func reset() {
        bound = first
    }
}
