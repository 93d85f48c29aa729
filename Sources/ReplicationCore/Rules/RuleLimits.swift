/// The times and counts behind the rules, in one place.
enum RuleLimits {
    /// No profile's Lease lasts longer: a greater number was written by hand.
    static let longestDuration = Duration.seconds(60)
    /// A holder without proof releases the Lease after this long (rule S9).
    static let proofWait = Duration.seconds(10)
    /// A voter that has not streamed for this long is lost (a lone voter blocks writes that long).
    static let voterLoss = Duration.seconds(3)
    /// How long a new master waits for its recorded voters before it adds others.
    static let newcomerPatience = Duration.seconds(1)
    /// A peer's report counts while it was asked for within this time.
    static let reportAge = Duration.seconds(3)
    /// How long a replica keeps its role while it changes its upstream, beyond the time that a lost
    /// master's Lease takes to run out.
    static let replicaGrace = Duration.seconds(5)
    /// How long a server may leave questions unanswered before its liveness fails.
    static let unresponsive = Duration.seconds(10)
    /// How long a new agent waits for a server's first answer before its liveness fails.
    static let firstAnswer = Duration.seconds(5)
    /// How long a member keeps its role while its server leaves questions unanswered.
    static let roleGrace = Duration.seconds(3)
    /// In mode `async`: how long a crashed master has to return before another is promoted.
    static let crashedMasterReturn = Duration.seconds(10)
    /// Candidates of lower rank wait so long for each that is before them (rule S11).
    static let rankStep = Duration.seconds(1)
    /// How long a restarted agent may try to renew before it closes a primary it finds.
    static let agentRestartAllowance = Duration.milliseconds(1500)
    /// The least time between two writes of the Lease that only retry.
    static let leaseRetry = Duration.milliseconds(400)
    /// How often the Lease is read while the API seems to be out of reach.
    static let leaseReading = Duration.seconds(1)
    /// The least time between two requests of a promise to one peer.
    static let promiseRetry = Duration.milliseconds(100)
    /// A master counts as heard while its stream brought a message within this time (rule S11).
    static let streamSilence = Duration.seconds(5)
    /// How long a switchover waits for its target to be able to take over.
    static let switchoverPatience = Duration.seconds(10)
    /// A switchover begins only when its target lacks no more than so many bytes.
    static let switchoverLagBytes: UInt64 = 16 << 20
    /// The least time between two attempts at an effect that failed.
    static let effectRetry = Duration.milliseconds(500)
}
