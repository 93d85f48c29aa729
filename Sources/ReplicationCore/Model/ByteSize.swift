/// Sizes as people write them.
public enum ByteSize {
    /// The bytes of a text such as `1048576`, `16MiB`, `1.5GB` or `512 kB`. Units are PostgreSQL's,
    /// each 1024 times the one before, with or without the `i`: B, kB, MB, GB, TB. Nil when the
    /// text is no size, or too great.
    public static func parse(_ text: String) -> UInt64? {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let unit = text[number.endIndex...].drop { $0 == " " }
        guard let first = number.first, first != ".", number.last != ".",
            number.count <= longestNumber, let factor = factors[unit.lowercased()]
        else { return nil }
        if let whole = UInt64(number) {
            let (bytes, overflow) = whole.multipliedReportingOverflow(by: factor)
            return overflow ? nil : bytes
        }
        guard let fraction = Double(number) else { return nil }
        return UInt64(exactly: (fraction * Double(factor)).rounded(.down))
    }

    private static let longestNumber = 20

    private static let factors: [String: UInt64] = [
        "": 1, "b": 1,
        "k": 1 << 10, "kb": 1 << 10, "kib": 1 << 10,
        "m": 1 << 20, "mb": 1 << 20, "mib": 1 << 20,
        "g": 1 << 30, "gb": 1 << 30, "gib": 1 << 30,
        "t": 1 << 40, "tb": 1 << 40, "tib": 1 << 40,
    ]
}
