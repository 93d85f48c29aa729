import ReplicationCore

/// Measures the figures that Understudy promises, on three real members.
public struct Benchmark: Sendable {
    /// How often each figure is measured; the median counts.
    public static let rounds = 5

    private let agentProgram: String?
    private let rounds: Int

    /// A measurement of that `understudy`; nil is the one beside this program.
    public init(agentProgram: String? = nil, rounds: Int = Benchmark.rounds) {
        self.agentProgram = agentProgram
        self.rounds = rounds
    }

    /// What one round found.
    struct Round: Sendable {
        var start = Duration.zero
        var database = Duration.zero
        var node = Duration.zero
        var deletion = Duration.zero
        var verdict = Ledger.Verdict()
    }

    /// What a quiet cluster needs.
    struct Idle: Sendable {
        var memory: [ProcessMemory] = []
        var latencies: [Duration] = []
        var replicaWrites = 0
    }

    /// Measures, says how far it is, and prints the table. Returns whether no acknowledged row was
    /// lost; a missed target is said in the table. Throws ``PlaygroundError``.
    public func run() async throws(PlaygroundError) -> Bool {
        var results: [Round] = []
        for number in 1...rounds {
            Console.error("Round \(number) of \(rounds): start, kill, delete, lose.")
            results.append(try await withPlayground(measureRound))
        }
        Console.error("A quiet cluster: memory, probes, writes to the API.")
        let idle = try await withPlayground(measureIdle)
        var fast: [FastRound] = []
        for number in 1...rounds {
            Console.error("Profile fast, round \(number) of \(rounds): switch over, lose.")
            fast.append(try await withPlayground(profile: .fast, measureFastRound))
        }
        Console.error("The API server is away for \(Limits.apiOutage).")
        let outage = try await withPlayground(measureOutage)
        let figures = figures(results, idle) + figures(fast, outage)
        for line in TextTable.lines(of: [Figure.head] + figures.map(\.row)) {
            Console.say(line)
        }
        let verdicts = results.map(\.verdict) + fast.map(\.verdict) + [outage.verdict]
        let lost = verdicts.reduce(0) { $0 + $1.lost.count }
        let acknowledged = verdicts.reduce(0) { $0 + $1.acknowledged }
        Console.say("\(acknowledged) rows were acknowledged, \(lost) of them lost.")
        return verdicts.allSatisfy(\.holds)
    }

    // MARK: Measuring

    private func withPlayground<Result: Sendable>(
        profile: Profile = .default,
        _ body: (PlaygroundProcess, Duration) async throws(PlaygroundError) -> Result
    ) async throws(PlaygroundError) -> Result {
        let start = ContinuousClock.now
        let process = try PlaygroundProcess.start(
            in: try PlaygroundProcess.newDirectory(), profile: profile, agentProgram: agentProgram)
        let result: Result
        do {
            try await process.waitUntilUp()
            result = try await body(process, .now - start)
        } catch {
            Console.error("The logs are in \(process.directory.path) and \(process.logFile).")
            try await process.stop()
            throw error
        }
        try await process.stop()
        try process.remove()
        return result
    }

    private func measureRound(
        _ process: PlaygroundProcess, _ start: Duration
    ) async throws(PlaygroundError) -> Round {
        var round = Round(start: start)
        let loaded = try await LoadedPlayground.begin(process, probed: false)
        round.database = try await refusal(in: loaded) { .kill(member: $0, part: .database) }
        round.deletion = try await refusal(in: loaded) { .delete(member: $0) }
        round.node = try await refusal(in: loaded) { .kill(member: $0, part: .node) }
        await loaded.stopLoad()
        round.verdict = try await loaded.verdict()
        return round
    }

    /// From the blow to the first acknowledged write after the longest pause that it caused.
    func refusal(
        in loaded: LoadedPlayground, _ blow: (String) -> ControlRequest
    ) async throws(PlaygroundError) -> Duration {
        try await loaded.observer.waitUntilSettled()
        try await rest(Limits.demoCalm)
        let master = try await loaded.observer.waitForMaster()
        let request = blow(master.name)
        let instant = ContinuousClock.now
        _ = try await loaded.process.client.send(request)
        if request != .kill(member: master.name, part: .node) {
            try await loaded.observer.waitForNewDatabase(of: master)
        }
        // The blow has struck: what is acknowledged from now on comes after its pause.
        try await loaded.waitForWrites(after: .now)
        return try await loaded.longestPause(after: instant)
    }

    private func measureIdle(
        _ process: PlaygroundProcess, _ start: Duration
    ) async throws(PlaygroundError) -> Idle {
        let observer = ClusterObserver(client: process.client)
        try await observer.waitUntilSettled()
        let before = try await writes(of: process)
        try await rest(Limits.idleTime)
        let master = try await observer.waitForMaster()
        let after = try await writes(of: process)
        var idle = Idle()
        idle.replicaWrites = after.reduce(0) { sum, entry in
            entry.key == master.name ? sum : sum + entry.value - (before[entry.key] ?? 0)
        }
        idle.memory = try await process.client.status().members.compactMap(\.agentPid)
            .compactMap(ProcessMemory.init(of:))
        idle.latencies = try await ProbeLoad(
            host: master.address, port: PlaygroundOptions.agentPort, path: "/ready"
        ).run(connections: Limits.probeConnections, requests: Limits.probeRequests)
        return idle
    }

    private func writes(
        of process: PlaygroundProcess
    ) async throws(PlaygroundError) -> [String: Int] {
        guard case .counts(let counts) = try await process.client.send(.apiWrites) else {
            throw PlaygroundError(.unexpected, "The playground answered something else.")
        }
        return counts
    }

    func rest(_ duration: Duration) async throws(PlaygroundError) {
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw PlaygroundError(.temporary, "Interrupted.")
        }
    }

    // MARK: The table

    private func figures(_ rounds: [Round], _ idle: Idle) -> [Figure] {
        func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }
        func percentile(_ part: Double) -> [Double] {
            guard !idle.latencies.isEmpty else { return [] }
            let index = Int(Double(idle.latencies.count - 1) * part)
            return [idle.latencies[index] / .milliseconds(1)]
        }
        return [
            Figure(
                name: "three empty directories to three streaming members", unit: .seconds,
                samples: rounds.map { seconds($0.start) }, target: 10, patroni: "22 s"),
            Figure(
                name: "kill -9 of the master's database to the next write", unit: .seconds,
                samples: rounds.map { seconds($0.database) }, target: 3,
                patroni: "13.7 s (tuned 3.1 s)"),
            Figure(
                name: "loss of the master's machine to the next write", unit: .seconds,
                samples: rounds.map { seconds($0.node) }, target: 18, patroni: "28.5 s"),
            Figure(
                name: "writes refused when the master's Pod is deleted", unit: .seconds,
                samples: rounds.map { seconds($0.deletion) }, target: 2, patroni: "-"),
            Figure(
                name: "memory of an idle agent", unit: .megabytes,
                samples: idle.memory.map(\.resident), target: 25, patroni: "43.7 MB"),
            Figure(
                name: "of which anonymous", unit: .megabytes,
                samples: idle.memory.map(\.anonymous), target: 5, patroni: "-"),
            Figure(
                name: "probe at 4 connections, p50", unit: .milliseconds,
                samples: percentile(0.5), target: 5, patroni: "-"),
            Figure(
                name: "probe at 4 connections, p99", unit: .milliseconds,
                samples: percentile(0.99), target: 5, patroni: "29 ms"),
            Figure(
                name: "writes to the API by replicas in \(Limits.idleTime)", unit: .count,
                samples: [Double(idle.replicaWrites)], target: 0, patroni: "-"),
        ]
    }
}
