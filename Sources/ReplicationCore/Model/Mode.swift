/// What a commit must have reached before it is acknowledged.
public enum Mode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The master alone. The most advanced member is promoted; the tail may be lost.
    case async
    /// W of the voters; a lost replica leaves the voters so that writes go on.
    case quorum
    /// W of the voters; a lost replica stays a voter, and writes wait for it.
    case strict

    /// Whether an acknowledged commit is on another member too.
    public var isSynchronous: Bool {
        switch self {
        case .async: false
        case .quorum, .strict: true
        }
    }
}
