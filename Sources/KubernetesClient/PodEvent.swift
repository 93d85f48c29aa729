/// An Event about a Pod, for people who look at it.
public struct PodEvent: Sendable, Hashable {
    /// Whether it is a matter of course.
    public enum Kind: String, Sendable, Hashable {
        /// A matter of course.
        case normal = "Normal"
        /// Something that somebody should look at.
        case warning = "Warning"
    }

    /// The Pod's name.
    public var pod: String
    /// The Pod's uid.
    public var uid: String
    /// Whether it is a matter of course.
    public var kind: Kind
    /// Why, in CamelCase.
    public var reason: String
    /// What was done or refused, in CamelCase.
    public var action: String
    /// A sentence for people; cut off after 1024 bytes.
    public var note: String
    /// The program that reports, like `understudy.dev/agent`.
    public var controller: String

    /// An Event from its parts.
    public init(
        pod: String, uid: String, kind: Kind, reason: String, action: String, note: String,
        controller: String
    ) {
        self.pod = pod
        self.uid = uid
        self.kind = kind
        self.reason = reason
        self.action = action
        self.note = note
        self.controller = controller
    }
}
