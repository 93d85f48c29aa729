/// What went wrong in an engine: a code for decisions, a sentence for people.
public struct EngineError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of an engine's failure.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The server could not be reached.
        case unreachable = "Unreachable"
        /// A deadline passed.
        case timeout = "Timeout"
        /// The server refused the account or its password.
        case accessDenied = "AccessDenied"
        /// A program is not there.
        case programMissing = "ProgramMissing"
        /// A program ended with an error.
        case programFailed = "ProgramFailed"
        /// A file could not be read or written.
        case fileSystem = "FileSystem"
        /// This user may not read or write a file.
        case permissionDenied = "PermissionDenied"
        /// The server answered with an error, or not as it should.
        case statementFailed = "StatementFailed"
        /// Data or version are not what the engine knows.
        case unsupported = "Unsupported"
        /// What was copied or found is not what was expected.
        case verificationFailed = "VerificationFailed"
        /// Another server process uses the data directory.
        case inUse = "InUse"
        /// The settings do not make sense.
        case configuration = "Configuration"
    }

    /// The kind of failure.
    public var code: Code
    /// One sentence for people: what failed and what to do. Holds no secret.
    public var message: String

    /// An error from its kind and its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The code, a colon and the sentence.
    public var description: String { "\(code.rawValue): \(message)" }
}
