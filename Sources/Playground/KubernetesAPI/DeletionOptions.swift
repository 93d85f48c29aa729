/// How an object is deleted.
public struct DeletionOptions: Sendable, Hashable {
    /// The time a Pod gets to end; nil for its own, zero for at once.
    public var gracePeriod: Duration?
    /// If given, only the object of that uid is deleted.
    public var uid: String?
    /// If given, only that version is deleted.
    public var resourceVersion: String?

    /// By default a deletion without preconditions and with the Pod's own time to end.
    public init(
        gracePeriod: Duration? = nil, uid: String? = nil, resourceVersion: String? = nil
    ) {
        self.gracePeriod = gracePeriod
        self.uid = uid
        self.resourceVersion = resourceVersion
    }
}

/// What of an object is written.
public enum ObjectPart: Sendable, Hashable {
    /// All of it, as the playground's own parts may.
    case all
    /// All but the status, if it has one apart.
    case main
    /// The status alone.
    case status
}
