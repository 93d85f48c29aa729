import Glibc
public import ReplicationCore

/// This machine's monotonic clock, which counts the time of suspension too: `CLOCK_BOOTTIME`. A
/// holder that slept must find its Lease run out.
public enum MonotonicClock {
    /// The present instant.
    public static func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
