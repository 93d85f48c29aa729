/// Writes texts as JSON strings that stay on one line and cannot steer a terminal.
enum JSONText {
    /// Appends the text in quotation marks, cut off behind so many bytes of it.
    static func append(_ text: String, limit: Int, to bytes: inout [UInt8]) {
        bytes.append(quote)
        var written = 0
        for scalar in text.unicodeScalars {
            written += UTF8.width(scalar)
            guard written <= limit else {
                bytes += Array("…".utf8)
                break
            }
            append(scalar, to: &bytes)
        }
        bytes.append(quote)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let backslash = UInt8(ascii: "\\")

    private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
        switch scalar {
        case "\"", "\\": bytes += [backslash, UInt8(scalar.value)]
        case "\n": bytes += [backslash, UInt8(ascii: "n")]
        case "\r": bytes += [backslash, UInt8(ascii: "r")]
        case "\t": bytes += [backslash, UInt8(ascii: "t")]
        default:
            if isUnsafe(scalar.value) {
                appendEscaped(scalar.value, to: &bytes)
            } else {
                bytes += UTF8.encode(scalar).map(Array.init) ?? []
            }
        }
    }

    /// Control characters of C0 and C1, line and paragraph separators, and those that turn the
    /// direction of what follows.
    private static func isUnsafe(_ value: UInt32) -> Bool {
        switch value {
        case 0..<0x20, 0x7f...0x9f, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069: true
        default: false
        }
    }

    private static func appendEscaped(_ value: UInt32, to bytes: inout [UInt8]) {
        let digits = String(value, radix: 16)
        bytes += [backslash, UInt8(ascii: "u")]
        bytes += Array(repeating: UInt8(ascii: "0"), count: 4 - digits.utf8.count)
        bytes += Array(digits.utf8)
    }
}
