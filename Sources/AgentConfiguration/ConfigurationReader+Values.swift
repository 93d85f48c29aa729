import ReplicationCore

extension ConfigurationReader {
    /// One of a fixed set of words.
    mutating func choice<Choice: CaseIterable & RawRepresentable>(
        _ key: ConfigurationKey, default fallback: Choice
    ) -> Choice where Choice.RawValue == String {
        guard let value = value(key) else { return fallback }
        guard let choice = Choice(rawValue: value.text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            report(key, value, "is none of \(words)", "Use one of them.")
            return fallback
        }
        return choice
    }

    /// A decimal number in a range.
    mutating func integer(
        _ key: ConfigurationKey, in range: ClosedRange<Int>, default fallback: Int
    ) -> Int {
        guard let value = value(key) else { return fallback }
        guard let number = Text.decimal(value.text), range.contains(number) else {
            report(
                key, value,
                "is not a whole number from \(range.lowerBound) to "
                    + "\(range.upperBound)", "Give such a number.")
            return fallback
        }
        return number
    }

    /// A number of bytes, with a unit or without.
    mutating func bytes(_ key: ConfigurationKey, default fallback: String) -> UInt64 {
        let value = value(key)
        if let bytes = ByteSize.parse(value?.text ?? fallback) { return bytes }
        if let value {
            report(key, value, "is not a size", "Write it like 16MiB, 512kB or 1048576.")
        }
        return 0
    }

    /// An absolute path without a slash at its end and without `.` and `..` in it.
    mutating func path(_ key: ConfigurationKey, default fallback: String) -> String {
        guard let value = value(key) else { return fallback }
        return path(key, value) ?? fallback
    }

    /// A path as given; nil, and a problem, where it is none.
    mutating func path(_ key: ConfigurationKey, _ value: ConfigurationValue) -> String? {
        guard value.text.hasPrefix("/") else {
            report(key, value, "is not an absolute path", "Begin it with a slash.")
            return nil
        }
        guard value.text.utf8.count <= Limits.path, !Text.hasControls(value.text) else {
            report(key, value, "is too long or has control characters", "Use another path.")
            return nil
        }
        let parts = value.text.split(separator: "/")
        guard !parts.contains("."), !parts.contains("..") else {
            report(key, value, "has \".\" or \"..\" in it", "Write the path without them.")
            return nil
        }
        return "/" + parts.joined(separator: "/")
    }

    /// An address to listen on.
    mutating func address(
        _ key: ConfigurationKey, default fallback: String, wildcard: String? = nil
    ) -> String {
        guard let value = value(key) else { return fallback }
        guard value.text == wildcard || Text.isIPAddress(value.text) else {
            report(
                key, value, "is not an IP address" + (wildcard.map { " or \($0)" } ?? ""),
                "Write it like 0.0.0.0 or ::.")
            return fallback
        }
        return value.text
    }

    /// A DNS label: what names of Services and the like are.
    mutating func label(_ key: ConfigurationKey, default fallback: String) -> String {
        guard let value = value(key) else { return fallback }
        guard Text.isLabel(value.text) else {
            report(
                key, value, "is not a DNS label",
                "Use up to \(Limits.label) lower-case letters, digits and inner dashes.")
            return fallback
        }
        return value.text
    }
}
