import ReplicationCore

/// A member: its Pod's containers, its volume, its clock.
final class Member {
    /// How far the Pod's containers have come.
    enum Phase {
        /// No containers run: the Pod is not there, or its node is lost.
        case gone
        /// The agent is there or on its way, and init works.
        case initialising
        /// The database's container runs or is restarted.
        case running
    }

    let index: Int
    let name: String

    // The clock.
    var clockOffset: Int64
    /// How many millionths it is too fast.
    var clockRate: Int64

    // The Pod.
    var podUID = 1
    var phase = Phase.gone
    /// Changes whenever all containers go.
    var podLife = 0
    var isEnding = false
    var hasSentStop = false
    /// The run of the agent that answers the preStop hook.
    var prestopLife = 0
    var failedProbes = 0
    /// The member never comes back (liveness phase).
    var isLost = false

    // The agent.
    var agent: Agent?
    var agentLife = 0

    // Init.
    var initWork: InitWork?
    var initLife = 0
    var rewindFailures = 0
    /// The run of the donor's server from which it copies.
    var donorLife = 0

    // The database.
    var volume = Volume()
    var server = Server()

    var hindered = Hindered()

    // What the checks need.
    /// The term in which it was last opened as master.
    var openedTerm: Term = 0
    /// Its clocks have stood still: nothing that time alone protects is asked of it before then.
    var isTimeVoidUntil: Time = 0
    /// Until when what it acknowledges is a person's doing, who has weakened its settings.
    var isWeakenedUntil: Time = 0
    /// When the last applied write that named it as holder was sent.
    var renewedAt: Time = 0
    /// The term of its last promotion.
    var promotedTerm: Term = 0
    /// When the last failsafe request that each peer has fulfilled was sent.
    var failsafeAskedAt: [Time]
    var labelledMasterSince: Time?

    init(index: Int, name: String, clockOffset: Int64, clockRate: Int64, members: Int) {
        failsafeAskedAt = Array(repeating: 0, count: members)
        self.index = index
        self.name = name
        self.clockOffset = clockOffset
        self.clockRate = clockRate
    }

    func instant(at time: Time) -> Instant {
        let elapsed = Int64(time)
        let local = elapsed * 1_000 + elapsed * clockRate / 1_000
        return Instant(nanoseconds: clockOffset + local)
    }

    /// The true time that passes while the member's clock counts a duration.
    func span(_ length: Int) -> Int { length - length * Int(clockRate) / 1_000_000 }
}

/// What the init container is at.
enum InitWork {
    case initialise(state: MemberState)
    case clone(donor: Int, state: MemberState, isBeside: Bool)
    case rewind(donor: Int, state: MemberState)

    var donor: Int? {
        switch self {
        case .initialise: nil
        case .clone(let donor, _, _), .rewind(let donor, _): donor
        }
    }
}

/// An agent's process.
final class Agent {
    var supervisor: Supervisor
    /// When the supervisor handled its last event.
    var handledAt: Instant
    var handledTime: Time
    /// The verdicts that were published then, once somebody has asked for them.
    var published: HealthReport?
    var pausedUntil: Time = 0
    /// What happened while it stood still: all of it happens when it goes on.
    var deferred: [Happening] = []
    var wasRunning = false
    var pace = Decision.Pace.urgent
    /// The version of the Lease that it read last.
    var keptUID = ""
    var keptVersion = ""
    var lookToken = 0
    var askTokens: [Int]
    var tickToken = 0
    /// Changes with each new watch connection.
    var watchLife = 0
    var isWatching = false
    var watchedUntil: Time = 0
    /// Until when the watches show nothing.
    var stuckUntil: Time = 0
    /// When the last news that is on its way arrives.
    var newsUntil: Time { max(stuckUntil, watchedUntil) }

    init(supervisor: Supervisor, at instant: Instant, _ now: Time, members: Int) {
        self.supervisor = supervisor
        handledAt = instant
        handledTime = now
        askTokens = Array(repeating: 0, count: members)
    }

    func isPaused(at now: Time) -> Bool { now < pausedUntil }
}
