/// Bytes as text of hexadecimal digits.
enum Hexadecimal {
    private static let digits = Array("0123456789abcdef".utf8)

    static func text(_ bytes: some Sequence<UInt8>) -> String {
        var text: [UInt8] = []
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// So many bytes, or nil if the text is anything else.
    static func bytes(_ text: String, count: Int) -> [UInt8]? {
        let units = Array(text.utf8)
        guard units.count == 2 * count else { return nil }
        var bytes: [UInt8] = []
        for index in 0..<count {
            guard let high = digits.firstIndex(of: units[2 * index]),
                let low = digits.firstIndex(of: units[2 * index + 1])
            else { return nil }
            bytes.append(UInt8(high << 4 | low))
        }
        return bytes
    }

    /// A number that nobody can guess, of so many bytes.
    static func random(bytes count: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return text((0..<count).map { _ in generator.next() as UInt8 })
    }
}
