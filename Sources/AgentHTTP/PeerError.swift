/// Why a peer's report could not be had.
public enum PeerError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No whole answer came in time.
    case unreachable(String)
    /// It answered with another status than 200.
    case refused(status: Int)
    /// It answered with what is no report, or one that cannot be true.
    case malformed(String)
    /// Another member answers at that address.
    case stranger(String)
    /// Its answer bears no signature by this cluster's key.
    case unsigned

    /// What happened, in one sentence.
    public var description: String {
        switch self {
        case .unreachable(let why): why
        case .refused(let status): "it answered with status \(status)"
        case .malformed(let why): "its report makes no sense: \(why)"
        case .stranger(let who): "\(who) answers in its place"
        case .unsigned: "its answer is not signed with the cluster's agent-key"
        }
    }
}
