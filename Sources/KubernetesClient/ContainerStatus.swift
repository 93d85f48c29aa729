import JSON

/// How one container of a Pod is.
public struct ContainerStatus: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Whether its readiness probe succeeds.
    public var isReady: Bool
    /// How often it was started again.
    public var restartCount: Int64

    init(json: JSONValue) {
        name = json["name"]?.string ?? ""
        isReady = json["ready"]?.bool ?? false
        restartCount = json["restartCount"]?.integer ?? 0
    }

    var json: JSONValue {
        ["name": .string(name), "ready": .bool(isReady), "restartCount": .integer(restartCount)]
    }
}
