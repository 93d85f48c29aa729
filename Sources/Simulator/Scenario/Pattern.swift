/// A text's beginning; where it has a `*`, parts that follow one another.
struct Pattern: Sendable, Hashable {
    private let parts: [String]

    init(_ text: String) {
        parts = text.split(separator: "*").map { part in
            var part = part[...]
            while part.last == " " { part.removeLast() }
            return String(part.drop { $0 == " " })
        }
    }

    func matches(_ text: String) -> Bool {
        guard let first = parts.first, text.hasPrefix(first) else { return false }
        var rest = text.dropFirst(first.count)
        for part in parts.dropFirst() {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
