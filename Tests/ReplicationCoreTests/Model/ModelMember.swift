@testable import ReplicationCore

/// A Pod with its agent, its init container, its database and its kubelet.
struct ModelMember {
    enum Phase: Equatable {
        /// The node or the Pod is gone.
        case gone
        case initialising
        case running
        /// Being deleted since that tick.
        case ending(since: Int)
    }

    /// Work of the init container that is under way.
    enum Work: Equatable {
        case initialise
        case clone(donor: Int)
        case rewind(donor: Int)
    }

    /// An effect that was begun and ends later.
    struct Flight {
        var effect: Effect
        var endsAt: Int
        var fails: Bool
    }

    /// A write of the Lease on its way.
    struct Request {
        var write: LeaseWrite
        var sentAt: Instant
        /// When it reaches the API; nil when it is lost.
        var arrivesAt: Int?
        /// When the answer comes; nil when it is lost.
        var answersAt: Int?
        var timesOutAt: Int
        var answer: LeaseValue?
        var isRefused = false
        var isAbandoned = false
    }

    let ordinal: Int
    var uid = 1
    var phase = Phase.initialising
    var database = ModelDatabase()
    var supervisor: Supervisor
    var isAgentUp = true
    var agentUpAt = 0
    var stalledUntil = 0
    var flights: [Flight] = []
    var requests: [Request] = []
    var work: Work?
    var workEndsAt = 0
    var rewindFailures = 0
    var databaseUpAt = 0
    var failedProbes = 0
    var seenLease = -1
    var seenPods = -1
    var wasReachable = true
    var nextLook = 0
    /// A look at the database whose answer is on its way.
    var look: (seen: DatabaseObservation, askedAt: Instant, arrivesAt: Int)?
    var wasRunning = false
    var hasSentStop = false
    var endedAt = 0
    var returnsAt = 0
    var killAt = 0
    var nextAsk: [Int: Int] = [:]
    var health: HealthReport?

    func isAgentRunning(at tick: Int) -> Bool {
        phase != .gone && isAgentUp && tick >= stalledUntil
    }

    var isPodUp: Bool { phase != .gone }
}
