import JSON

/// A label selector, as a query gives it: `a=b,c!=d,e in (f,g),h notin (i),j,!k`.
struct LabelSelector {
    private enum Requirement {
        case oneOf(String, Set<String>)
        case noneOf(String, Set<String>)
        case exists(String)
        case absent(String)
    }

    private var requirements: [Requirement] = []

    init(parsing text: String) throws(APIFailure) {
        for part in Self.parts(of: text) {
            requirements.append(try Self.requirement(from: part))
        }
    }

    func matches(_ object: JSONValue) -> Bool {
        let labels = object["metadata"]?["labels"]?.strings ?? [:]
        return requirements.allSatisfy { requirement in
            switch requirement {
            case .oneOf(let key, let values): labels[key].map(values.contains) ?? false
            case .noneOf(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .absent(let key): labels[key] == nil
            }
        }
    }

    /// Cut at the commas outside parentheses.
    private static func parts(of text: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
            if character == "," && depth == 0 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts.map { trimmed($0[...]) }.filter { !$0.isEmpty }
    }

    private static func requirement(from part: String) throws(APIFailure) -> Requirement {
        if let open = part.firstIndex(of: "("), part.last == ")" {
            let values = part[part.index(after: open)...].dropLast().split(separator: ",")
            let set = Set(values.map(trimmed))
            let words = part[..<open].split(separator: " ").map(String.init)
            if words.count == 2 && words[1] == "in" { return .oneOf(words[0], set) }
            if words.count == 2 && words[1] == "notin" { return .noneOf(words[0], set) }
            throw .badRequest("unable to parse requirement: \(part)")
        }
        if let sign = part.firstIndex(of: "=") {
            let value = trimmed(part[sign...].drop { $0 == "=" })
            if part[..<sign].last == "!" {
                return .noneOf(trimmed(part[..<sign].dropLast()), [value])
            }
            return .oneOf(trimmed(part[..<sign]), [value])
        }
        guard !part.contains(" ") else {
            throw .badRequest("unable to parse requirement: \(part)")
        }
        return part.first == "!" ? .absent(trimmed(part.dropFirst())) : .exists(part)
    }

    private static func trimmed(_ text: Substring) -> String {
        var text = text
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
