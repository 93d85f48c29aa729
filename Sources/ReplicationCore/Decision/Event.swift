/// What can be learned.
public indirect enum Event: Sendable {
    /// Time has passed.
    case tick
    /// The database answered, or did not. The look began at that instant, or if none is given
    /// surely after the last effect on the database had ended.
    case databaseObserved(DatabaseObservation, askedAt: Instant? = nil)
    /// The volume's files were looked at.
    case directoryInspected(DataDirectory, StoppedDatabase?)
    /// The Lease was read; nil when there is none.
    case leaseObserved(LeaseValue?)
    /// The API did not answer a question about the Lease.
    case leaseUnreachable
    /// The Pods were listed.
    case podsObserved([PodView])
    /// A peer answered a request sent at that instant.
    case peerReported(MemberReport, askedAt: Instant)
    /// A peer did not answer.
    case peerSilent(String)
    /// A holder of the Lease asks this member for a promise; the answer is its report after this.
    case promiseRequested(PromiseRequest)
    /// A peer answered such a request, sent at that instant, with its authenticated report.
    case peerAnswered(MemberReport, to: PromiseRequest, askedAt: Instant)
    /// A write of the Lease was applied; the request was sent at that instant.
    case leaseWritten(LeaseValue, sentAt: Instant)
    /// A write of the Lease was refused, or its outcome is unknown.
    case leaseWriteFailed(LeaseWriteFailure)
    /// An effect other than a Lease write ended; with a sentence when it failed.
    case effectEnded(Effect, failure: String?)
    /// The Pod is being deleted.
    case shutdownRequested
}

/// What became of a Lease write that did not succeed.
public enum LeaseWriteFailure: Hashable, Sendable, CaseIterable {
    /// It was surely not applied.
    case notApplied
    /// Another version is there.
    case conflict
    /// It may have been applied, now or later.
    case unknownOutcome
}
