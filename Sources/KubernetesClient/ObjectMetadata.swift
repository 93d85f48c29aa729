import JSON

/// What every object of the Kubernetes API has.
public struct ObjectMetadata: Sendable, Hashable {
    /// The name, unique among the namespace's objects of one kind.
    public var name: String
    /// The namespace.
    public var namespace: String?
    /// Tells an object from a later one of the same name.
    public var uid: String?
    /// Changes with every change of the object; compare it for equality alone.
    public var resourceVersion: String?
    /// Labels.
    public var labels: [String: String]
    /// Annotations.
    public var annotations: [String: String]
    /// When the object was made (RFC 3339).
    public var creationTimestamp: String?
    /// When the object will be gone at the latest (RFC 3339); nil unless it is being deleted.
    public var deletionTimestamp: String?
    /// How long it may take to end, while it is being deleted.
    public var deletionGracePeriodSeconds: Int64?
    /// What is not modelled here (finalizers, ownerReferences, …), kept so that a write of the
    /// whole object leaves it as it is.
    var unmodelled: [String: JSONValue] = [:]

    /// The metadata of a new object.
    public init(
        name: String, namespace: String? = nil, uid: String? = nil,
        resourceVersion: String? = nil, labels: [String: String] = [:],
        annotations: [String: String] = [:]
    ) {
        self.name = name
        self.namespace = namespace
        self.uid = uid
        self.resourceVersion = resourceVersion
        self.labels = labels
        self.annotations = annotations
    }

    init(json: JSONValue) {
        // The server keeps the managed fields by itself when an update says nothing of them, and
        // they are most of a small object's bytes.
        var rest = json.object ?? [:]
        rest["managedFields"] = nil
        name = rest.removeValue(forKey: "name")?.string ?? ""
        namespace = rest.removeValue(forKey: "namespace")?.string
        uid = rest.removeValue(forKey: "uid")?.string
        resourceVersion = rest.removeValue(forKey: "resourceVersion")?.string
        labels = rest.removeValue(forKey: "labels")?.strings ?? [:]
        annotations = rest.removeValue(forKey: "annotations")?.strings ?? [:]
        creationTimestamp = rest.removeValue(forKey: "creationTimestamp")?.string
        deletionTimestamp = rest.removeValue(forKey: "deletionTimestamp")?.string
        deletionGracePeriodSeconds =
            rest.removeValue(forKey: "deletionGracePeriodSeconds")?.integer
        unmodelled = rest
    }

    var json: JSONValue {
        var members = unmodelled
        members["name"] = .string(name)
        members["namespace"] = namespace.map { .string($0) }
        members["uid"] = uid.map { .string($0) }
        members["resourceVersion"] = resourceVersion.map { .string($0) }
        if !labels.isEmpty { members["labels"] = JSONValue(labels) }
        if !annotations.isEmpty { members["annotations"] = JSONValue(annotations) }
        members["creationTimestamp"] = creationTimestamp.map { .string($0) }
        members["deletionTimestamp"] = deletionTimestamp.map { .string($0) }
        members["deletionGracePeriodSeconds"] = deletionGracePeriodSeconds.map { .integer($0) }
        return .object(members)
    }
}
