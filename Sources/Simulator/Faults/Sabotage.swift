import ReplicationCore

/// A rule taken out on purpose, to see that its absence is noticed: one of the rules' own, or one
/// that whoever performs them upholds.
public struct Sabotage: Sendable, Hashable, CustomStringConvertible {
    enum Kind: Hashable, Sendable {
        case rule(Safeguard)
        case seam(Seam)
    }

    /// What the shell, the database's settings and the file system must uphold.
    enum Seam: CaseIterable, Sendable {
        /// The own trust in the Lease counts from the answer, not from before the request.
        case leaseFromReply
        /// A Lease is written whatever its version is.
        case writeWithoutVersion
        /// An effect that was decided on is not checked again right before it acts.
        case permitNotAsked
        /// The member's own file is told to be written before it is durable.
        case persistNotDurable
        /// An unfinished directory is taken for an empty one.
        case partialTakenForEmpty
        /// A follower acknowledges what it has received, not what it has flushed.
        case acknowledgeBeforeFlush
        /// A database is started writable when it was a primary.
        case startWritable
    }

    let kind: Kind

    /// Every one there is, the rules' own first.
    public static let all: [Sabotage] =
        Safeguard.allCases.map { Sabotage(kind: .rule($0)) }
        + Seam.allCases.map { Sabotage(kind: .seam($0)) }

    private init(kind: Kind) { self.kind = kind }

    /// The one with that name; nil where there is none.
    public init?(_ name: String) {
        guard let found = Sabotage.all.first(where: { $0.description == name }) else { return nil }
        self = found
    }

    /// Its name.
    public var description: String {
        switch kind {
        case .rule(let safeguard): "\(safeguard)"
        case .seam(let seam): "\(seam)"
        }
    }
}

extension World {
    /// Whether whoever performs the rules fails to uphold that.
    func isSabotaged(_ seam: Sabotage.Seam) -> Bool { options.sabotage?.kind == .seam(seam) }
}
