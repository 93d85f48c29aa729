import Glibc

/// A point in time as logs and the Kubernetes API write it (RFC 3339, UTC): for people, and for
/// telling two writes apart. No decision compares two machines' clocks.
public struct Timestamp: Sendable, Hashable {
    /// Seconds since 1970.
    public var seconds: Int
    /// Nanoseconds within the second.
    public var nanoseconds: Int

    /// A point in time from its parts.
    public init(seconds: Int, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    /// The system's wall clock now.
    public static func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    /// `2026-02-07T08:09:10.123Z`, with so many decimals of a second, 0 to 9; what is beyond them
    /// is cut off.
    public func text(decimals: Int) -> String {
        var seconds = seconds
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let date = [
            digits(Int(parts.tm_year) + 1900, 4), digits(Int(parts.tm_mon) + 1, 2),
            digits(Int(parts.tm_mday), 2),
        ]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }
        let fraction = decimals > 0 ? "." + digits(nanoseconds, 9).prefix(decimals) : ""
        return date.joined(separator: "-") + "T" + time.joined(separator: ":") + fraction + "Z"
    }

    private func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
