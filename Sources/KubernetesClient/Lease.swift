public import JSON

/// A Lease of coordination.k8s.io/v1. What is not modelled survives being written back.
public struct Lease: KubernetesObject {
    /// Name, versions, labels and annotations.
    public var metadata: ObjectMetadata
    /// Who holds it, for how long.
    public var spec: LeaseSpec

    /// A Lease from its parts.
    public init(metadata: ObjectMetadata, spec: LeaseSpec = LeaseSpec()) {
        self.metadata = metadata
        self.spec = spec
    }

    /// The Lease that a JSON object describes.
    public init(json: JSONValue) {
        metadata = ObjectMetadata(json: json["metadata"] ?? [:])
        spec = LeaseSpec(json: json["spec"] ?? [:])
    }

    /// The JSON object that describes it.
    public var json: JSONValue {
        [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": metadata.json,
            "spec": spec.json,
        ]
    }
}
