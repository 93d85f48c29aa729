/// Why the playground cannot do what it was asked, as sentences for a person.
public struct PlaygroundError: Error, Sendable, CustomStringConvertible {
    /// The exit code that a command ends with (sysexits).
    public enum Code: Int32, Sendable {
        /// Something failed that should not.
        case unexpected = 1
        /// The command was used wrongly.
        case usage = 64
        /// Something that is needed is missing or does not answer.
        case unavailable = 69
        /// It may work later.
        case temporary = 75
        /// The user may not do this.
        case permission = 77
        /// The configuration or the machine does not fit.
        case configuration = 78
    }

    /// What the command exits with.
    public let code: Code
    /// What is wrong and what to do about it.
    public let message: String

    /// An error for a person.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
