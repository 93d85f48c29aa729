/// A kind of object that the API serves.
public struct APIResource: Sendable, Hashable {
    /// The API group; empty for the core.
    public var group: String
    /// The group's version.
    public var version: String
    /// The name in paths.
    public var plural: String
    /// The kind, as objects name it.
    public var kind: String
    /// Other names that `kubectl` takes.
    var shortNames: [String] = []
    var isNamespaced = true
    /// Whether a PUT creates what is not there. Kubernetes does so for Leases and not for Pods.
    var isCreatedByUpdate = false
    /// Whether a PUT must say which version it replaces.
    var needsVersion = false
    /// Whether the status is written apart from the rest.
    var hasStatus = false

    /// Pods.
    public static let pods = APIResource(
        group: "", version: "v1", plural: "pods", kind: "Pod", shortNames: ["po"],
        hasStatus: true)
    /// Namespaces.
    public static let namespaces = APIResource(
        group: "", version: "v1", plural: "namespaces", kind: "Namespace", shortNames: ["ns"],
        isNamespaced: false, hasStatus: true)
    /// Events, as the core group shows them and as they are stored.
    public static let events = APIResource(
        group: "", version: "v1", plural: "events", kind: "Event", shortNames: ["ev"],
        isCreatedByUpdate: true)
    /// Events, as their own group shows them.
    static let newEvents = APIResource(
        group: "events.k8s.io", version: "v1", plural: "events", kind: "Event",
        shortNames: ["ev"], isCreatedByUpdate: true)
    /// Leases.
    public static let leases = APIResource(
        group: "coordination.k8s.io", version: "v1", plural: "leases", kind: "Lease",
        isCreatedByUpdate: true, needsVersion: true)

    /// All that is served.
    static let all = [pods, namespaces, events, newEvents, leases]

    /// `group/version`, or the version alone for the core.
    var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The name in messages, like `leases.coordination.k8s.io`.
    var fullName: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// Where its objects are kept: both kinds of Events are the same objects.
    var storage: APIResource { self == .newEvents ? .events : self }
}
