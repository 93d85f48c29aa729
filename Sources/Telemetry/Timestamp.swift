import Glibc

/// A point in time for the log: `2026-02-07T08:09:10.123Z` (RFC 3339, UTC, milliseconds).
struct Timestamp: Sendable {
    var seconds: Int
    var nanoseconds: Int

    /// The system's wall clock now.
    static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    var text: String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [
            digits(Int(parts.tm_year) + 1900, 4), digits(Int(parts.tm_mon) + 1, 2),
            digits(Int(parts.tm_mday), 2),
        ]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }
        let milliseconds = digits(nanoseconds / 1_000_000, 3)
        return date.joined(separator: "-") + "T" + time.joined(separator: ":")
            + ".\(milliseconds)Z"
    }

    private func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
