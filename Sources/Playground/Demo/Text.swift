/// Figures for people.
enum Text {
    /// `1.8 s`, or `45 ms` below a second.
    static func seconds(_ duration: Duration) -> String {
        let milliseconds = milliseconds(duration)
        if milliseconds < 1000 { return "\(milliseconds) ms" }
        let tenths = (milliseconds + 50) / 100
        return "\(tenths / 10).\(tenths % 10) s"
    }

    /// Whole milliseconds.
    static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    /// The first few numbers.
    static func list(_ numbers: [Int64]) -> String {
        let few = numbers.prefix(10).map { "\($0)" }.joined(separator: ", ")
        return numbers.count > 10 ? few + ", …" : few
    }
}
