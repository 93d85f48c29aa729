/// What a StatefulSet makes of its template for one ordinal.
struct PodRecord: Sendable, Hashable {
    var name: String
    var ordinal: Int
    /// Given by the API server when it is made.
    var uid = ""
    /// The address of the Pod.
    var address: String
    /// The name of the machine that it runs on.
    var node: String
    /// The cluster's name.
    var cluster: String

    /// The labels that the template and the StatefulSet's controller give it.
    var labels: [String: String] {
        [
            "app.kubernetes.io/instance": cluster,
            "app.kubernetes.io/name": "understudy",
            "statefulset.kubernetes.io/pod-name": name,
            "apps.kubernetes.io/pod-index": "\(ordinal)",
        ]
    }
}
