@testable import ReplicationCore

/// A whole cluster in one thread: members, their network, the API, clients. Time goes in ticks of
/// 50 ms; everything that may vary comes from the seed.
final class ModelWorld {
    struct Pair: Hashable {
        var one: Int
        var other: Int

        init(_ left: Int, _ right: Int) {
            one = min(left, right)
            other = max(left, right)
        }
    }

    static let tickLength = Duration.milliseconds(50)
    static let start = Instant(nanoseconds: 1_000_000_000_000)

    let settings: ClusterSettings
    /// How many of a hundred effects and requests go wrong.
    var troublePercent = 0
    /// Whether clients write.
    var hasClients = true
    var random: ModelRandom
    var tick = 0
    var members: [ModelMember] = []
    var lease: LeaseValue?
    var leaseVersion = 0
    var version = 1
    var pods: [String: PodView] = [:]
    var podsVersion = 0
    var peerCuts: [Pair: Int] = [:]
    var apiCuts: [Int: Int] = [:]
    var databaseCuts: [Int: Int] = [:]

    var nextWrite = 1
    var acknowledged: Set<Int> = []
    /// The term under which the last write was acknowledged.
    var lastAcknowledgedTerm = 0
    var violations: [String] = []
    /// Effects begun in this tick and before, but for renewals: for the quiet at the end.
    var effectsBegun = 0
    var trace: [String] = []

    init(seed: UInt64, members count: Int = 3, mode: Mode = .quorum) {
        random = ModelRandom(seed: seed)
        settings = Build.settings(members: count, mode: mode)
        for ordinal in 0..<count {
            members.append(
                ModelMember(
                    ordinal: ordinal,
                    supervisor: Supervisor(
                        identity: identity(ordinal, uid: 1), settings: settings,
                        startedAt: ModelWorld.start)))
            createPod(ordinal)
        }
    }

    var now: Instant { ModelWorld.start + ModelWorld.tickLength * tick }

    func identity(_ ordinal: Int, uid: Int) -> Identity {
        Build.identity(ordinal, uid: "u\(uid)")
    }

    func say(_ text: String) {
        if trace.count > 4000 { trace.removeFirst(2000) }
        trace.append("\(tick): \(text)")
    }

    func violate(_ text: String) {
        say("VIOLATION \(text)")
        if violations.count < 5 { violations.append("tick \(tick): \(text)") }
    }

    func isLinked(_ left: Int, _ right: Int) -> Bool {
        (peerCuts[Pair(left, right)] ?? 0) <= tick && members[left].isPodUp
            && members[right].isPodUp
    }

    func replicates(_ left: Int, _ right: Int) -> Bool {
        isLinked(left, right) && (databaseCuts[left] ?? 0) <= tick
            && (databaseCuts[right] ?? 0) <= tick
    }

    func reachesAPI(_ ordinal: Int) -> Bool { (apiCuts[ordinal] ?? 0) <= tick }

    // MARK: Time

    func run(_ ticks: Int) {
        for _ in 0..<ticks { step() }
    }

    /// Runs until it holds, and says after how many ticks; nil when it does not in time.
    func run(atMost ticks: Int, until isDone: () -> Bool) -> Int? {
        for count in 0..<ticks {
            if isDone() { return count }
            step()
        }
        return isDone() ? ticks : nil
    }

    func step() {
        tick += 1
        for ordinal in (0..<members.count).shuffled(using: &random) {
            stepKubelet(ordinal)
            serveRequests(ordinal)
            stepAgent(ordinal)
        }
        for ordinal in 0..<members.count { stream(ordinal) }
        stepClients()
        check()
    }

    private func stepClients() {
        for ordinal in 0..<members.count {
            if hasClients, members[ordinal].database.isOpenPrimary, random.chance(60) {
                members[ordinal].database.write(nextWrite)
                nextWrite += 1
            }
            let done = members[ordinal].database.acknowledge(at: tick)
            acknowledged.formUnion(done)
            if !done.isEmpty { lastAcknowledgedTerm = lease?.term ?? 0 }
        }
    }

    // MARK: Replication

    private func stream(_ ordinal: Int) {
        members[ordinal].database.connections = members[ordinal].database.connections.filter {
            let theirs = members[$0.member].database
            let hasLeft = theirs.upstream != ordinal || theirs.process != .running
            return tick <= $0.lingersUntil && !(hasLeft && replicates(ordinal, $0.member))
        }
        var standby = members[ordinal].database
        guard standby.process == .running, !standby.isPrimary, tick >= standby.hungUntil else {
            return
        }
        defer { members[ordinal].database = standby }
        guard let source = standby.upstream, source != ordinal else {
            standby.isStreaming = false
            return
        }
        let upstream = members[source].database
        guard replicates(ordinal, source), tick >= upstream.hungUntil else {
            if tick > standby.streamsUntil { standby.isStreaming = false }
            return
        }
        guard upstream.process == .running else {
            standby.isStreaming = false
            return
        }
        if standby.isStreaming {
            let isSame =
                standby.streamedLife == upstream.life
                && standby.streamedPrimary == upstream.isPrimary
            if !isSame { standby.isStreaming = false }
        } else {
            connect(&standby, ordinal, to: upstream)
        }
        guard standby.isStreaming else { return }
        standby.streamsUntil = tick + 40
        let missing = upstream.log.count - standby.log.count
        if missing > 0, random.chance(80) {
            let count = min(missing, random.within(1...8))
            standby.log.append(contentsOf: upstream.log[standby.log.count...].prefix(count))
        }
        standby.replayed = standby.log.count
        noteFlush(standby, ordinal, at: source)
    }

    /// A server checks by branch and offset alone whether what it holds is part of the other's
    /// history; here it can be told whether that is true.
    private func connect(_ standby: inout ModelDatabase, _ ordinal: Int, to upstream: ModelDatabase)
    {
        guard standby.replayed == standby.log.count, random.chance(50) else { return }
        switch upstream.lineage.order(of: standby.position(standby.log.count)) {
        case .equal, .behind: break
        case .ahead, .diverged: return
        }
        if Array(upstream.log.prefix(standby.log.count)) != standby.log {
            violate("pg-\(ordinal) streams over another history")
        }
        standby.isStreaming = true
        standby.streamedLife = upstream.life
        standby.streamedPrimary = upstream.isPrimary
    }

    private func noteFlush(_ standby: ModelDatabase, _ ordinal: Int, at source: Int) {
        guard members[source].database.isPrimary, let state = standby.state else { return }
        let connection = ModelDatabase.Connection(
            voter: Voter(member: Build.name(ordinal), incarnation: state.incarnation),
            member: ordinal, flushed: standby.log.count, lingersUntil: tick + 40)
        members[source].database.connections.removeAll { $0.member == ordinal }
        members[source].database.connections.append(connection)
    }

    // MARK: Pods

    func createPod(_ ordinal: Int) {
        let name = Build.name(ordinal)
        pods[name] = PodView(
            name: name, uid: identity(ordinal, uid: members[ordinal].uid).podUID, role: nil,
            status: nil, term: nil, isTerminating: false)
        podsVersion += 1
    }

    /// Performs a patch; false when it cannot.
    func patch(_ pod: String, _ uid: String, _ marks: PodMarks, by ordinal: Int) -> Bool {
        guard reachesAPI(ordinal) else { return false }
        guard var view = pods[pod], view.uid == uid else { return true }
        if view.role != marks.role?.rawValue {
            say("pg-\(ordinal) labels \(pod) \(marks.role?.rawValue ?? "-")")
        }
        view.role = marks.role?.rawValue
        view.status = marks.status.rawValue
        view.term = "\(marks.term)"
        pods[pod] = view
        podsVersion += 1
        return true
    }
}
