import POSIX

/// Points in time as Leases and Events hold them: RFC 3339 in UTC with six decimals.
public enum MicroTime {
    /// The wall clock's time now.
    public static func now() -> String {
        Timestamp.now().text(decimals: 6)
    }
}
