/// What the playground answers to a ``ControlRequest``.
public enum ControlAnswer: Sendable, Hashable, Codable {
    /// It is done; the sentence says what was.
    case done(String)
    /// What there is.
    case status(PlaygroundStatus)
    /// How many requests that write, by who sent them (the member's name).
    case counts([String: Int])
    /// It was refused or failed.
    case failed(code: Int32, message: String)
}
