import JSON

/// A field selector, as a query gives it: `metadata.name=a,status.phase!=b`. Any field of the
/// object may be named; an absent one counts as empty.
struct FieldSelector {
    private struct Requirement {
        var path: [String]
        var value: String
        var isEqual: Bool
    }

    private var requirements: [Requirement] = []

    init(parsing text: String) throws(APIFailure) {
        for part in text.split(separator: ",") {
            guard let sign = part.firstIndex(of: "=") else {
                throw .badRequest("invalid selector: '\(part)'; can't understand '\(part)'")
            }
            let isEqual = part[..<sign].last != "!"
            let path = isEqual ? part[..<sign] : part[..<sign].dropLast()
            requirements.append(
                Requirement(
                    path: path.split(separator: ".").map(String.init),
                    value: String(part[sign...].drop { $0 == "=" }), isEqual: isEqual))
        }
    }

    func matches(_ object: JSONValue) -> Bool {
        requirements.allSatisfy { requirement in
            var found: JSONValue? = object
            for step in requirement.path { found = found?[step] }
            return (found?.string ?? "" == requirement.value) == requirement.isEqual
        }
    }
}
