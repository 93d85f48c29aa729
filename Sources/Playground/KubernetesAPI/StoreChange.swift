public import JSON

/// A change of one object.
public struct StoreChange: Sendable, Hashable {
    /// What happened to the object.
    public enum Kind: String, Sendable, Hashable {
        /// It is new.
        case added = "ADDED"
        /// It has a new version.
        case modified = "MODIFIED"
        /// It is gone.
        case deleted = "DELETED"
    }

    /// What happened.
    public var kind: Kind
    /// The object after the change; its last version if it is gone.
    public var object: JSONValue
    /// The object before the change; nil if it is new.
    public var previous: JSONValue?
    /// The resourceVersion of the change.
    public var version: Int

    /// The change as somebody sees it who sees only the objects that match: one that begins to
    /// match is added, one that no longer does is deleted.
    func seen(by matches: (JSONValue) -> Bool) -> StoreChange? {
        let before = previous.map(matches) ?? false
        let after = kind != .deleted && matches(object)
        var change = self
        switch (before, after) {
        case (false, false): return kind == .deleted && matches(object) ? self : nil
        case (false, true): change.kind = .added
        case (true, true): change.kind = .modified
        case (true, false): change.kind = .deleted
        }
        return change
    }
}
