import ReplicationCore

/// A cluster with all that is around it, in one thread and in virtual time. The same seed and
/// options give the same run everywhere.
public final class World {
    let seed: UInt64
    let options: SimulationOptions
    let plan: Plan
    /// The script, where a scenario is played.
    let script: ScenarioRun?
    let settings: ClusterSettings
    let names: [String]
    var random: SimulatorRandom
    var queue = EventQueue<Happening>()
    var now: Time = 0

    var members: [Member] = []
    var pods: [PodObject] = []
    var podsVersion = 1
    var lease: LeaseValue?
    var leaseVersion = 0
    var leaseObjects = 0
    var renewals = 0
    var clients: [Client] = []
    var network: Network
    var history = History()

    // Faults that last.
    var isHealed = false
    var healAt: Time
    var apiDownUntil: Time = 0
    var apiSlowUntil: Time = 0
    var apiDelay = 0
    var apiLossUntil: Time = 0
    var apiLoss = 0
    var networkSlowUntil: Time = 0
    var networkDelay = 0
    var effectTroubleUntil: Time = 0
    var effectTrouble = 0
    var traps: [Trap?]
    var ambushes: [Ambush] = []
    var cast: [Int]
    /// Somebody has done what only a person can undo: nobody waits for the cluster to converge.
    var needsPerson = false
    /// When (holder, term, renewTime) of the Lease last changed.
    var holdChangedAt: Time = 0
    /// Who has to converge in the end; everybody else stays lost.
    var core: [Int] = []

    // What the checks need.
    var violation: Violation?
    var statistics = Statistics()
    var fingerprint: UInt64 = 0xcbf2_9ce4_8422_2325
    var trace: [String] = []
    var highestPromotion: Term = 0
    var highestOpened: Term = 0
    var highestAcknowledged: Term = 0
    /// The end with which each term was opened, in order.
    var openings: [Opening] = []
    var wasInitialised = false
    var hasLostVolume = false
    /// A person has taken the record away: together with a lost volume, only a person can help.
    var hasLostRecord = false
    /// The record as it was last readable.
    var lastRecord: ClusterRecord?
    var twoMastersSince: Time?
    var convergedAt: Time?
    var quiet = QuietCounts()
    var probeWrite: Int?

    struct Opening {
        var term: Term
        var member: Int
        var segment: Int
    }

    struct Trap {
        var count: Int
        var phase: Fault.EffectPhase
        var isForMember: Bool
    }

    init(seed: UInt64, options: SimulationOptions, script: ScenarioRun? = nil) {
        self.seed = seed
        self.options = options
        self.script = script
        let plan =
            script.map { Plan($0.scenario) } ?? Plan(seed: seed, options: options)
        self.plan = plan
        healAt = plan.healAt
        random = SimulatorRandom(seed: seed ^ 0x5bd1_e995_9d1b_54a5)
        names = (0..<plan.members).map { "pg-\($0)" }
        var settings = ClusterSettings(
            members: names, mode: plan.mode, timing: plan.profile.timing,
            maximumLagBytes: plan.maximumLag, takesOverEarly: plan.takesOverEarly)
        switch options.sabotage?.kind {
        case .rule(let safeguard): settings.suspended = SuspendedSafeguards([safeguard])
        case .seam, nil: break
        }
        self.settings = settings
        network = Network(members: plan.members)
        cast = Array(0..<plan.members)
        traps = Array(repeating: nil, count: plan.members)
        for index in 0..<plan.members {
            members.append(
                Member(
                    index: index, name: names[index],
                    clockOffset: Int64(random.within(1...1_000_000)) * 1_000_000_000,
                    clockRate: Int64(random.within(-plan.clockError...plan.clockError)),
                    members: plan.members))
            pods.append(PodObject(uid: 1, uidText: uidText(1)))
        }
        clients = Array(repeating: Client(), count: plan.clients)
    }

    /// Runs a seed to its end, or to the first broken invariant.
    public static func run(seed: UInt64, options: SimulationOptions = .init()) -> Outcome {
        let world = World(seed: seed, options: options)
        world.play()
        world.statistics.duration = world.now
        return Outcome(
            seed: seed, violation: world.violation, faults: world.plan.faults,
            statistics: world.statistics, fingerprint: world.fingerprint, trace: world.trace)
    }

    /// Lets everything happen up to the end.
    func play() {
        begin()
        loop()
    }

    private func begin() {
        for index in members.indices {
            queue.push(
                .kubelet(index, podLife: 0, .podReturns(isNew: false)),
                at: random.within(0...300) * Span.millisecond)
            queue.push(.replication(index), at: random.within(0...500) * Span.millisecond)
        }
        for index in clients.indices {
            queue.push(
                .client(index, token: 0), at: Span.second + random.within(0...500_000))
        }
        for (index, fault) in plan.faults.enumerated() {
            queue.push(.fault(index), at: fault.time)
        }
        queue.push(.heal, at: plan.healAt)
        queue.push(.check, at: 500 * Span.millisecond)
    }

    private func loop() {
        while violation == nil, let (time, happening) = queue.pop() {
            now = time
            statistics.events += 1
            if now > plan.endAt { break }
            handle(happening)
            if let script {
                advance(script)
                if script.isOver { break }
            }
            if convergedAt.map({ now > $0 + plan.quietTime }) == true { break }
        }
    }

    // MARK: Small things

    func uidText(_ uid: Int) -> String { "u\(uid)" }

    func instant(_ member: Int) -> Instant { members[member].instant(at: now) }

    func after(_ delay: Int, _ happening: Happening) {
        queue.push(happening, at: now + delay)
    }

    /// A few milliseconds, as most things take.
    func brief() -> Int { random.skewed(1_000...12_000) }

    func violate(_ invariant: String, _ text: @autoclosure () -> String) {
        guard violation == nil else { return }
        let violation = Violation(invariant: invariant, text: text(), time: now)
        self.violation = violation
        say(-1, "VIOLATION \(invariant): \(violation.text)")
    }

    /// Mixes something that happened into the fingerprint.
    func mix(_ value: Int) {
        fingerprint = (fingerprint ^ UInt64(truncatingIfNeeded: value)) &* 0x0000_0100_0000_01b3
    }

    /// The identity under which a member's agent acts now.
    func identity(_ member: Int) -> Identity {
        Identity(
            member: names[member], ordinal: member, podUID: uidText(members[member].podUID),
            cluster: "pg", engine: "postgresql")
    }

    func index(of name: String) -> Int? { names.firstIndex(of: name) }

    /// The true holder's ordinal.
    var holder: Int? {
        guard let lease, !lease.holder.isEmpty else { return nil }
        return index(of: Identity.member(ofHolder: lease.holder))
    }

    var record: ClusterRecord? {
        switch lease?.record {
        case .readable(let record): record
        case .missing, .damaged, nil: nil
        }
    }
}
