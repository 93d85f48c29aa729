/// Why a secret could not be had.
public struct SecretError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file's path.
    public let path: String
    /// What is wrong, as a clause about the file: "does not exist".
    public let fault: String
    /// Whether the file is there and this user may not read it.
    public let isDenied: Bool

    /// One line: what is wrong and what to do.
    public var description: String {
        "The secret \(path) \(fault). Mount a Secret with that key, readable by the user that "
            + "runs this program."
    }
}
