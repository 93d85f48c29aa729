import ReplicationCore

/// What a seed makes of the world before it begins: its size, its settings, its faults. Made with
/// random numbers of its own, so that leaving a fault out changes nothing else in it.
struct Plan {
    var members: Int
    var mode: Mode
    var profile: Profile
    var clients: Int
    var maximumLag: UInt64
    var takesOverEarly: Bool
    /// Whether a client never gives up a connection that stands still.
    var isPatient = false
    /// The greatest error of a clock's rate, in millionths.
    var clockError: Int
    var faults: [Fault] = []
    var healAt: Time = 0
    var endAt: Time = 0
    /// How long the run goes on once it has converged.
    var quietTime: Time = 0
    /// Which members may be lost for ever when the faults end, by chance.
    var lossMask: Int
    var isLossByCut: Bool

    /// The longest time from the end of the faults to a cluster that serves again.
    static let bound = 150 * Span.second

    init(seed: UInt64, options: SimulationOptions) {
        var random = SimulatorRandom(seed: seed)
        members = Plan.pick(&random, [(1, 40), (2, 160), (3, 580), (4, 80), (5, 140)])
        mode = Plan.pick(&random, [(.quorum, 740), (.strict, 120), (.async, 140)])
        profile = random.chance(650) ? .fast : .default
        clients = random.within(2...4)
        maximumLag = 1 << 30
        clockError = random.chance(500) ? 10_000 : 100
        takesOverEarly = random.chance(700)
        lossMask = random.chance(500) ? random.below(1 << members) : 0
        isLossByCut = random.chance(300)
        var drill: Drill?
        if !options.isQuiet, random.chance(680) { drill = prepareDrill(&random) }
        let isEarly = random.chance(150)
        healAt = random.within(20...40) * Span.second
        var maker = FaultMaker(random: random, members: members, profile: profile)
        if options.isQuiet {
            healAt = 15 * Span.second
            lossMask = 0
            quietTime = 20 * Span.second
        } else if let drill {
            let start = random.within(7_000...10_000) * Span.millisecond
            var maker = DrillMaker(
                random: random, members: members, timing: profile.timing,
                takesOverEarly: takesOverEarly, start: start)
            faults = maker.make(drill)
            healAt = start + 30 * Span.second
        } else {
            let start = (isEarly ? 300 : 9_000) * Span.millisecond
            faults = maker.make(from: start, to: healAt)
        }
        if let given = options.faults { faults = given }
        endAt = healAt + Plan.bound
    }

    /// Makes the world fit for a drill.
    private mutating func prepareDrill(_ random: inout SimulatorRandom) -> Drill {
        let drill = Drill.allCases[random.below(Drill.allCases.count)]
        members = drill.members[random.below(drill.members.count)]
        mode = random.chance(400) ? .async : .quorum
        if !drill.suits(mode) { mode = .quorum }
        if random.chance(700) { profile = .fast }
        lossMask = 0
        isPatient = random.chance(700)
        return drill
    }

    /// What a scenario's head says. Its script heals, and ends the run.
    init(_ scenario: Scenario) {
        members = scenario.members
        mode = scenario.mode
        profile = scenario.profile
        clients = scenario.clients
        maximumLag = scenario.maximumLag
        clockError = 100
        takesOverEarly = scenario.takesOverEarly
        healAt = Span.never
        endAt = scenario.limit
        quietTime = Span.never
        lossMask = 0
        isLossByCut = false
    }

    static func pick<Value>(
        _ random: inout SimulatorRandom, _ weights: [(value: Value, weight: Int)]
    ) -> Value {
        var rest = random.below(weights.reduce(0) { $0 + $1.weight })
        for item in weights.dropLast() {
            if rest < item.weight { return item.value }
            rest -= item.weight
        }
        return weights[weights.count - 1].value
    }
}
