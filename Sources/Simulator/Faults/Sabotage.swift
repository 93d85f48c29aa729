/// A rule taken out on purpose, to see that its absence is noticed.
public enum Sabotage: String, Sendable, CaseIterable {
    /// The own trust in the Lease counts from the answer, not from before the request.
    case leaseFromReply
    /// A Lease is written without its version.
    case writeWithoutVersion
    /// An effect that was decided on is not checked again right before it acts.
    case permitNotAsked
    /// What is written to the member's own file is told to be done before it is durable.
    case persistNotDurable
    /// An unfinished directory is taken for an empty one.
    case partialTakenForEmpty
    /// A follower acknowledges what it has received, not what it has flushed.
    case acknowledgeBeforeFlush
}
