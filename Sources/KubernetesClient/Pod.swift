public import JSON

/// A Pod, as far as a member needs to know. It is never written back whole.
public struct Pod: KubernetesObject {
    /// Name, versions, labels and annotations.
    public var metadata: ObjectMetadata
    /// The node it runs on; nil before it is scheduled.
    public var nodeName: String?
    /// Pending, Running, Succeeded, Failed or Unknown.
    public var phase: String?
    /// Its address; nil before it has one.
    public var podIP: String?
    /// Whether its Ready condition holds.
    public var isReady: Bool
    /// Its containers, native sidecars and init containers first.
    public var containers: [ContainerStatus]

    /// The Pod that a JSON object describes.
    public init(json: JSONValue) {
        metadata = ObjectMetadata(json: json["metadata"] ?? [:])
        metadata.unmodelled = [:]
        nodeName = json["spec"]?["nodeName"]?.string
        let status = json["status"]
        phase = status?["phase"]?.string
        podIP = status?["podIP"]?.string
        let conditions = status?["conditions"]?.array ?? []
        isReady = conditions.contains {
            $0["type"]?.string == "Ready" && $0["status"]?.string == "True"
        }
        let lists = ["initContainerStatuses", "containerStatuses"]
        containers = lists.flatMap { status?[$0]?.array ?? [] }.map(ContainerStatus.init)
    }

    /// The JSON object that describes it.
    public var json: JSONValue {
        var status: JSONValue = [
            "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]],
            "containerStatuses": .array(containers.map(\.json)),
        ]
        status["phase"] = phase.map { .string($0) }
        status["podIP"] = podIP.map { .string($0) }
        var spec: JSONValue = [:]
        spec["nodeName"] = nodeName.map { .string($0) }
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata.json, "spec": spec,
            "status": status,
        ]
    }
}
