import JSON

/// Events are stored as the core group has them; their own group names some members differently.
enum EventForm {
    private static let names = [
        ("involvedObject", "regarding"), ("message", "note"),
        ("reportingComponent", "reportingController"), ("source", "deprecatedSource"),
        ("firstTimestamp", "deprecatedFirstTimestamp"),
        ("lastTimestamp", "deprecatedLastTimestamp"), ("count", "deprecatedCount"),
    ]

    /// A stored object as one of the groups shows it.
    static func shown(_ object: JSONValue, as resource: APIResource) -> JSONValue {
        guard resource == .newEvents else { return object }
        var result = object
        result["apiVersion"] = .string(resource.apiVersion)
        for (core, new) in names {
            result[new] = object[core]
            result[core] = nil
        }
        return result
    }

    /// An object of one of the groups as it is stored.
    static func stored(_ object: JSONValue, from resource: APIResource) -> JSONValue {
        guard resource == .newEvents else { return object }
        var result = object
        for (core, new) in names {
            result[core] = object[new]
            result[new] = nil
        }
        return result
    }
}
