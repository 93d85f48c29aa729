/// The containers of a member's Pod.
enum ContainerRole: String, Sendable, Hashable, CaseIterable {
    /// The native sidecar, `understudy run`.
    case agent
    /// The init container, `understudy init`.
    case initialiser = "init"
    /// The stock image.
    case database
}
