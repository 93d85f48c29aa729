/// Why there are no certificates.
public struct PlaygroundCertificateError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One sentence for people.
    public var message: String

    /// The sentence.
    public var description: String { message }
}
