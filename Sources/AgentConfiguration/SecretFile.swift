/// A mounted secret, read at each use, so that a new one is taken without a restart.
public struct SecretFile: Sendable, Hashable {
    /// The file's path.
    public let path: String

    /// The secret in that file.
    public init(_ path: String) {
        self.path = path
    }

    /// The secret, without the newlines at its end. Blocks for as long as the file system does.
    /// - Throws: ``SecretError`` when it is absent, unreadable, empty, too long or not text.
    public func read() throws(SecretError) -> Secret {
        let text: String
        do {
            text = try TextFile.read(path, limit: Limits.secret)
        } catch {
            throw SecretError(path: path, fault: error.clause, isDenied: error.isDenied)
        }
        guard !text.isEmpty else {
            throw SecretError(path: path, fault: "is empty", isDenied: false)
        }
        return Secret(text)
    }
}
