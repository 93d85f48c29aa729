public import JSON

/// An object of the Kubernetes API, read leniently: what is missing or of an unexpected type
/// counts as absent.
public protocol KubernetesObject: Codable, Sendable, Hashable {
    /// The name, the versions and what else every object has.
    var metadata: ObjectMetadata { get }

    /// The object that a JSON object describes.
    init(json: JSONValue)

    /// The JSON object that describes it.
    var json: JSONValue { get }
}

extension KubernetesObject {
    /// Reads the object.
    public init(from decoder: any Decoder) throws {
        self.init(json: try JSONValue(from: decoder))
    }

    /// Writes the object.
    public func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }
}
