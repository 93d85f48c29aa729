import ReplicationCore

/// Virtual time in microseconds since the world began.
typealias Time = Int

/// Lengths of virtual time.
enum Span {
    static let millisecond = 1_000
    static let second = 1_000_000
    static let never = Int.max / 4

    /// A duration of the core in microseconds.
    static func of(_ duration: Duration) -> Int { Int(duration.wholeNanoseconds / 1_000) }
}
