import ReplicationCore

/// The Pod template, filled in for one member.
struct MemberSpecification: Sendable {
    var name: String
    var ordinal: Int
    var cluster: String
    var address: String
    var agentPort: Int
    var directory: MemberDirectory
    var containers: [ContainerRole: ContainerSpecification]
    /// The signal that asks the database to stop.
    var stopSignal: Int32
    var timing: Timing

    /// A Pod of this template.
    func newPod() -> PodRecord {
        PodRecord(
            name: name, ordinal: ordinal, address: address,
            node: "node-\(ordinal)", cluster: cluster)
    }

    /// The container with what the downward API adds for the Pod; nil if the template has none.
    func container(_ role: ContainerRole, of pod: PodRecord) -> ContainerSpecification? {
        guard var container = containers[role] else { return nil }
        let downward = [
            "POD_NAME": pod.name, "POD_NAMESPACE": "default", "POD_UID": pod.uid,
            "POD_IP": pod.address, "NODE_NAME": pod.node,
        ]
        container.environment.merge(downward) { _, downward in downward }
        return container
    }
}
