/// The cluster that the member belongs to.
public struct ClusterSettings: Sendable, Hashable {
    /// Its name, and its Lease's.
    public let name: String
    /// How many members the StatefulSet has.
    public let members: Int
    /// The selector of labels that its Pods carry.
    public let podSelector: String
    /// The label that says master or replica.
    public let roleLabel: String
}
