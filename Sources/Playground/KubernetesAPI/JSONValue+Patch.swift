import JSON

extension JSONValue {
    /// The value after a merge patch (RFC 7386).
    func merging(_ patch: JSONValue) -> JSONValue {
        guard let changes = patch.object else { return patch }
        var members = object ?? [:]
        for (name, change) in changes {
            members[name] = change == .null ? nil : (members[name] ?? .null).merging(change)
        }
        return .object(members)
    }

    /// The value after a JSON patch (RFC 6902) of add, replace, remove and test.
    func applying(_ operations: [JSONValue]) throws(APIFailure) -> JSONValue {
        var result = self
        for operation in operations {
            guard let name = operation["op"]?.string, let path = operation["path"]?.string else {
                throw .badRequest("an operation of the patch has no op or path")
            }
            let steps = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
                .map { Self.unescaped(String($0)) }
            if name == "test" {
                guard result.value(at: steps[...]) == operation["value"] else {
                    throw APIFailure(
                        code: 422, reason: "Invalid", message: "the test of \(path) failed")
                }
            } else {
                try result.apply(name, at: steps[...], operation["value"])
            }
        }
        return result
    }

    /// A path's step: `~1` is a slash, `~0` a tilde.
    private static func unescaped(_ step: String) -> String {
        var result = ""
        var rest = step[...]
        while let character = rest.popFirst() {
            switch (character, rest.first) {
            case ("~", "1"):
                result.append("/")
                rest.removeFirst()
            case ("~", "0"):
                result.append("~")
                rest.removeFirst()
            case (_, _): result.append(character)
            }
        }
        return result
    }

    private func value(at steps: ArraySlice<String>) -> JSONValue? {
        guard let step = steps.first else { return self }
        if let array, let index = Int(step), array.indices.contains(index) {
            return array[index].value(at: steps.dropFirst())
        }
        return self[step]?.value(at: steps.dropFirst())
    }

    private mutating func apply(
        _ name: String, at steps: ArraySlice<String>, _ value: JSONValue?
    ) throws(APIFailure) {
        guard let step = steps.first else {
            guard let value else { throw .badRequest("the whole object can't be removed") }
            self = value
            return
        }
        let isLast = steps.count == 1
        if var elements = array {
            let index = step == "-" ? elements.count : Int(step) ?? -1
            guard elements.indices.contains(index) || (isLast && index == elements.count) else {
                throw .badRequest("the patch names an element that is not there: \(step)")
            }
            switch (isLast, name, value) {
            case (true, "add", let value?): elements.insert(value, at: index)
            case (true, "replace", let value?) where index < elements.count:
                elements[index] = value
            case (true, "remove", _) where index < elements.count: elements.remove(at: index)
            case (false, _, _): try elements[index].apply(name, at: steps.dropFirst(), value)
            case (true, _, _): throw .badRequest("the patch can't \(name) \(step)")
            }
            self = .array(elements)
            return
        }
        guard object != nil, isLast || self[step] != nil else {
            throw .badRequest("the patch names a member that is not there: \(step)")
        }
        switch (isLast, name, value) {
        case (true, "add", let value?): self[step] = value
        case (true, "replace", let value?) where self[step] != nil: self[step] = value
        case (true, "remove", _) where self[step] != nil: self[step] = nil
        case (false, _, _):
            var member = self[step] ?? .null
            try member.apply(name, at: steps.dropFirst(), value)
            self[step] = member
        case (true, _, _): throw .badRequest("the patch can't \(name) \(step)")
        }
    }
}
