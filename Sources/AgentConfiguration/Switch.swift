/// Whether something is done.
public enum Switch: String, Sendable, Hashable, CaseIterable {
    /// It is.
    case on
    /// It is not.
    case off
}
