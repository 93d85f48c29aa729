/// Who this member is, as the downward API tells.
public struct MemberIdentity: Sendable, Hashable {
    /// The member's name: its Pod's, `<statefulset>-<ordinal>`.
    public let member: String
    /// The StatefulSet's name.
    public let statefulSet: String
    /// The Pod's ordinal.
    public let ordinal: Int
    /// The Pod's UID.
    public let podUID: String
    /// The Pod's namespace.
    public let namespace: String
    /// The Pod's IP address.
    public let podIP: String
    /// The node's name, where it is told.
    public let node: String?

    /// The name by which it holds the Lease: `<pod>_<podUID>`.
    public var leaseIdentity: String { "\(member)_\(podUID)" }
}
