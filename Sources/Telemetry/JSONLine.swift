import Logging

/// One entry of the log in the making: an object of JSON on a line of bounded length. What no
/// longer fits is left out, and `truncated` says so.
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var keys: Set<String> = []
    private var isTruncated = false

    private static let end = Array("}\n".utf8)
    private static let truncation = Array(",\"truncated\":true".utf8)
    private static let comma = UInt8(ascii: ",")

    /// Adds a member to the object. A key that is there already gets underscores before it.
    mutating func add(_ key: String, _ value: Logger.MetadataValue) {
        var name = key
        while keys.contains(name) { name = "_\(name)" }
        var member: [UInt8] = keys.isEmpty ? [] : [JSONLine.comma]
        JSONText.append(name, limit: Limits.key, to: &member)
        member.append(UInt8(ascii: ":"))
        JSONLine.append(value, depth: 0, to: &member)
        let reserved = JSONLine.end.count + JSONLine.truncation.count
        guard bytes.count + member.count + reserved <= Limits.line else {
            isTruncated = true
            return
        }
        keys.insert(name)
        bytes += member
    }

    /// The whole line.
    func finished() -> [UInt8] {
        bytes + (isTruncated ? JSONLine.truncation : []) + JSONLine.end
    }

    private static func append(
        _ value: Logger.MetadataValue, depth: Int, to bytes: inout [UInt8]
    ) {
        guard depth < Limits.depth else {
            return JSONText.append("\(value)", limit: Limits.text, to: &bytes)
        }
        switch value {
        case .string(let text): JSONText.append(text, limit: Limits.text, to: &bytes)
        case .stringConvertible(let value): append(plain: value, to: &bytes)
        case .array(let values):
            append(values, in: "[]", to: &bytes) { append($0, depth: depth + 1, to: &$1) }
        case .dictionary(let values):
            let members = values.sorted { $0.key < $1.key }
            append(members, in: "{}", to: &bytes) { member, bytes in
                JSONText.append(member.key, limit: Limits.key, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                append(member.value, depth: depth + 1, to: &bytes)
            }
        }
    }

    /// Numbers and truth values stand for themselves, so that they can be summed and compared.
    private static func append(
        plain value: any CustomStringConvertible & Sendable, to bytes: inout [UInt8]
    ) {
        switch value {
        case is any BinaryInteger, is Bool: bytes += Array(value.description.utf8)
        default: JSONText.append(value.description, limit: Limits.text, to: &bytes)
        }
    }

    private static func append<Element>(
        _ elements: [Element], in brackets: StaticString, to bytes: inout [UInt8],
        _ body: (Element, inout [UInt8]) -> Void
    ) {
        let pair = Array("\(brackets)".utf8)
        bytes.append(pair[0])
        for (index, element) in elements.enumerated() {
            // What is longer than a line cannot be written anyway.
            guard bytes.count < Limits.line else { break }
            if index > 0 { bytes.append(comma) }
            body(element, &bytes)
        }
        bytes.append(pair[1])
    }
}
