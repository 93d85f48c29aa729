import Glibc

/// Points in time as Leases and Events hold them: RFC 3339 in UTC with six decimals. They are for
/// people and for telling two writes apart; no decision compares two machines' clocks.
public enum MicroTime {
    /// The wall clock's time now.
    public static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return text(seconds: Int64(time.tv_sec), nanoseconds: Int64(time.tv_nsec))
    }

    /// A point in time from seconds since 1970 and nanoseconds within the second.
    public static func text(seconds: Int64, nanoseconds: Int64) -> String {
        var whole = time_t(seconds)
        var parts = tm()
        gmtime_r(&whole, &parts)
        let year = padded(Int64(parts.tm_year) + 1900, 4)
        let date = "\(year)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        let clock = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "\(date)T\(clock).\(padded(nanoseconds / 1000, 6))Z"
    }

    private static func two(_ number: Int32) -> String { padded(Int64(number), 2) }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
