/// What went wrong with the Kubernetes API: a code for decisions, a sentence for people.
public struct KubernetesError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable, Hashable {
        /// The object is not what the request expected (resourceVersion or uid): read it again.
        case conflict
        /// An object of that name is there already.
        case alreadyExists
        /// There is no such object.
        case notFound
        /// The resourceVersion is too old to be watched from.
        case gone
        /// The token is not accepted, also after it was read again.
        case unauthorized
        /// The account may not do that.
        case forbidden
        /// The object or the request is not valid.
        case invalid
        /// Too many requests; when to come again, if the server said so.
        case tooManyRequests(retryAfter: Duration?)
        /// The server failed. A write may have been applied all the same.
        case server
        /// The server was not reached. A write was surely not applied.
        case unreachable
        /// A write was sent and not answered: it may have been applied, or may still be.
        case unknownOutcome
        /// The answer was not understood. A write may have been applied.
        case badResponse
        /// Token, certificate or environment are missing or wrong. Nothing was sent.
        case configuration
    }

    /// The kind of failure.
    public var code: Code
    /// One sentence for people. Holds no secret.
    public var message: String

    /// An error from its kind and its sentence.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// Whether a write that ended with this error may have been applied, or may still be.
    public var mayHaveBeenApplied: Bool {
        switch code {
        case .server, .unknownOutcome, .badResponse: true
        case .conflict, .alreadyExists, .notFound, .gone, .unauthorized, .forbidden, .invalid,
            .tooManyRequests, .unreachable, .configuration:
            false
        }
    }

    /// The code, a colon and the sentence.
    public var description: String { "\(code): \(message)" }
}
