/// A place in the write-ahead log, as bytes since its start.
enum LogSequenceNumber {
    /// The number behind `16/B374D848`; nil when it is not one.
    static func parse(_ text: String) -> UInt64? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let high = UInt32(parts[0], radix: 16),
            let low = UInt32(parts[1], radix: 16)
        else { return nil }
        return UInt64(high) << 32 | UInt64(low)
    }

    /// The number in the server's own form.
    static func text(_ value: UInt64) -> String {
        String(value >> 32, radix: 16, uppercase: true) + "/"
            + String(value & 0xFFFF_FFFF, radix: 16, uppercase: true)
    }
}
