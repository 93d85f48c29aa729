import ReplicationCore

/// A database server's process: all that is lost when it dies.
struct Server {
    enum State {
        case down
        case starting
        case running
        /// An orderly stop: nobody new is let in.
        case stopping
    }

    /// A commit that waits for its acknowledgements.
    struct Waiting {
        var write: Int
        var offset: Int
        var client: Int
    }

    var state = State.down
    /// Changes with each start: what was meant for another run is dropped.
    var life = 0
    var isPrimary = false
    var frozenUntil: Time = 0
    /// How many entries are applied.
    var replayed = 0
    var isReplayHeld = false
    var replayHeldUntil: Time = 0
    var isReplayDue = false
    /// Whether anything came over the stream since the start (else only what is applied is known).
    var hasReceived = false
    var waiting: [Waiting] = []

    // Settings as loaded.
    var upstream: Int?
    var synchronous = SynchronousSet.empty
    var isClosed = false
    /// Counts reloads: a process that comes late to an older one does not undo a newer one.
    var generation = 0
    /// The set by which a commit decides whether it has to wait.
    var commitSet = SynchronousSet.empty
    /// A checkpoint was completed since a set was in force after nobody was (rule S13).
    var isProven = false
    var isShutdownWritten = false

    /// The stream to the upstream.
    var receiver: Stream?
    /// The streams to those that follow, by the order of connecting.
    var senders: [Stream] = []

    func isFrozen(at now: Time) -> Bool { now < frozenUntil }
}

/// A replication connection. Each side has its own opinion of whether it is open.
final class Stream {
    let standby: Int
    let upstream: Int
    let standbyLife: Int
    let upstreamLife: Int
    let voter: Voter
    var isOpenAtStandby = true
    var isOpenAtUpstream = true
    /// Whether it has reached the upstream's end once.
    var hasCaughtUp = false
    /// The set as the sending process has it.
    var synchronous: SynchronousSet
    /// How far the standby has said to have flushed.
    var flushed = 0
    var heardByStandby: Time
    /// Since when no silence was longer than two seconds.
    var steadySince: Time
    var heardByUpstream: Time
    var isPumpDue = false

    init(
        standby: Int, upstream: Int, standbyLife: Int, upstreamLife: Int, voter: Voter,
        synchronous: SynchronousSet, at now: Time
    ) {
        self.standby = standby
        self.upstream = upstream
        self.standbyLife = standbyLife
        self.upstreamLife = upstreamLife
        self.voter = voter
        self.synchronous = synchronous
        heardByStandby = now
        steadySince = now
        heardByUpstream = now
    }

    func hear(at now: Time) {
        if now - heardByStandby > 2 * Span.second { steadySince = now }
        heardByStandby = now
    }

    var counts: Bool { synchronous.voters.contains(voter) }
}
