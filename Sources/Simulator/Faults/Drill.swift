import ReplicationCore

/// A short sequence of faults aimed at what members are at that time. Chance alone seldom hits the
/// few moments in which a rule matters; these do, with times and sizes left to the seed.
enum Drill: CaseIterable {
    /// The master is cut off with its clients.
    case isolatedMaster
    /// The master and all but the least advanced replica are lost.
    case loneLaggard
    /// All stop in order, the master returns alone, and later only a laggard is left.
    case fullStop
    /// A new master dies as it is promoted, while the others lag or do not hear it.
    case deathAtPromotion
    /// The master's node stands still, and goes on when another has its place.
    case zombie
    /// Replicas restart and replay slowly while the master is lost.
    case slowReplay
    /// A replica cannot write its own file while a new master begins.
    case stuckFile
    /// The only voter is lost, and the master dies as it changes its settings.
    case weakerSet
    /// A replica leaves the set, the other lags, and the master dies.
    case leavingVoter
    /// A write of the record arrives late, after the replica that it gives up has returned.
    case lateRecord
    /// A person weakens the database's settings, and then the master is lost.
    case weakened
    /// The master's volume is replaced by an older copy.
    case restored
    /// A master that was cut off with a long tail returns when the new one has stopped in order.
    case longTail
    /// A person forces the promotion of a laggard, and the others return.
    case forced
    /// The Lease and the first volume are lost while nothing runs.
    case forgotten
    /// The Lease is lost while only a laggard runs.
    case staleRevival
    /// The master is lost in a paused cluster.
    case pausedLoss
    /// The master cannot renew for a little less than it may.
    case lateRenewal
    /// The Pod of the master is deleted.
    case deletedMaster
    /// A replica joins a master that was alone, whose processes load settings late.
    case firstVoter
    /// The agent stands still between its decision to promote and the promotion.
    case latePromotion
    /// Blows at whoever is what at that time.
    case blows

    /// How many members it needs; the more likely ones several times.
    var members: [Int] {
        switch self {
        case .isolatedMaster: [2, 2, 3, 3, 5]
        case .loneLaggard, .fullStop, .zombie, .latePromotion, .blows: [3, 3, 3, 4, 5]
        case .deathAtPromotion: [3, 3, 4, 4, 5]
        case .slowReplay, .stuckFile, .leavingVoter, .lateRecord, .staleRevival: [3, 3, 4]
        case .weakerSet: [2, 2, 3]
        case .weakened, .restored, .longTail, .forced, .forgotten: [3]
        case .pausedLoss, .lateRenewal, .deletedMaster: [3, 3, 2]
        case .firstVoter: [2, 2, 3]
        }
    }

    /// Whether it is also done in that mode.
    func suits(_ mode: Mode) -> Bool {
        switch self {
        case .isolatedMaster, .blows, .pausedLoss, .deletedMaster: return true
        case .loneLaggard, .fullStop, .deathAtPromotion, .zombie, .slowReplay, .stuckFile,
            .weakerSet, .leavingVoter, .lateRecord, .weakened, .restored, .longTail, .forced,
            .forgotten, .staleRevival, .lateRenewal, .firstVoter, .latePromotion:
            return mode == .quorum
        }
    }
}

/// Makes a drill's faults.
struct DrillMaker {
    var random: SimulatorRandom
    let members: Int
    let timing: Timing
    let takesOverEarly: Bool
    let start: Time
    private(set) var faults: [Fault] = []

    init(
        random: SimulatorRandom, members: Int, timing: Timing, takesOverEarly: Bool, start: Time
    ) {
        self.random = random
        self.members = members
        self.timing = timing
        self.takesOverEarly = takesOverEarly
        self.start = start
    }

    /// The faults by time.
    mutating func make(_ drill: Drill) -> [Fault] {
        at(0, .cast)
        switch drill {
        case .isolatedMaster: isolatedMaster()
        case .loneLaggard: loneLaggard(from: 0)
        case .fullStop: fullStop()
        case .deathAtPromotion: deathAtPromotion()
        case .zombie: zombie()
        case .slowReplay: slowReplay()
        case .stuckFile: stuckFile()
        case .weakerSet: weakerSet()
        case .leavingVoter: leavingVoter()
        case .lateRecord: lateRecord()
        case .weakened: weakened()
        case .restored: restored()
        case .longTail: longTail()
        case .forced: forced()
        case .forgotten: forgotten()
        case .staleRevival: staleRevival()
        case .pausedLoss: pausedLoss()
        case .lateRenewal: lateRenewal()
        case .deletedMaster: deletedMaster()
        case .firstVoter: firstVoter()
        case .latePromotion: latePromotion()
        case .blows: blows()
        }
        return faults.sorted { $0.time < $1.time }
    }

    // MARK: Words

    /// A fault so many milliseconds after the start.
    mutating func at(_ delay: Int, _ kind: Fault.Kind) {
        faults.append(Fault(time: start + delay * Span.millisecond, kind: kind))
    }

    mutating func at(_ delay: Int, aimed kind: Fault.Kind) { at(delay, .aimed(kind)) }

    /// A number of milliseconds.
    mutating func pick(_ range: ClosedRange<Int>) -> Int { random.within(range) }

    /// The loss of a node for so many milliseconds.
    mutating func lose(_ place: Int, _ range: ClosedRange<Int>) -> Fault.Kind {
        .killMember(
            place, duration: random.within(range) * Span.millisecond,
            isNewPod: random.chance(200))
    }

    /// A replica lags by some of so many milliseconds.
    mutating func lag(_ place: Int, _ range: ClosedRange<Int>, for length: Int) -> Fault.Kind {
        .hinder(
            place, .stream(delay: random.within(range) * Span.millisecond),
            duration: length * Span.millisecond)
    }

    /// When a silent master's place is taken, about, in milliseconds.
    var takeover: Int {
        let whole = Span.of(timing.duration) / Span.millisecond
        return takesOverEarly ? max(6_000, Span.of(timing.earlyTakeoverWait) / 1_000) : whole + 500
    }
}
