/// What early takeover, switchover and failsafe are worth.
extension Benchmark {
    /// What one round with the profile `fast` found.
    struct FastRound: Sendable {
        /// How long a switchover refused writes.
        var switchover = Duration.zero
        /// How many members it made rewind or copy their data.
        var rejoined = 0
        /// How long the loss of the master's machine refused writes.
        var node = Duration.zero
        var verdict = Ledger.Verdict()
    }

    /// What became of writes while the API server was away.
    struct Outage: Sendable {
        var refused = 0
        var pause = Duration.zero
        var verdict = Ledger.Verdict()
    }

    func measureFastRound(
        _ process: PlaygroundProcess, _ start: Duration
    ) async throws(PlaygroundError) -> FastRound {
        var round = FastRound()
        let loaded = try await LoadedPlayground.begin(
            process, probed: false, writers: Limits.benchWriters)
        let members = loaded.status.members.map(\.name)
        let before = members.map { said($0, process).utf8.count }
        try await switchOver(loaded, &round)
        try await loaded.observer.waitUntilSettled()
        round.rejoined = zip(members, before).count { member, before in
            let new = String(said(member, process).utf8.dropFirst(before)) ?? ""
            return new.contains("\"rewinding") || new.contains("\"cloning")
        }
        round.node = try await refusal(in: loaded) { .kill(member: $0, part: .node) }
        await loaded.stopLoad()
        round.verdict = try await loaded.verdict()
        return round
    }

    /// Asks as people do, by an annotation, and waits until it is answered.
    private func switchOver(
        _ loaded: LoadedPlayground, _ round: inout FastRound
    ) async throws(PlaygroundError) {
        try await loaded.observer.waitUntilSettled()
        try await rest(Limits.demoCalm)
        let old = try await loaded.observer.waitForMaster()
        let key = "understudy.dev/switchover"
        let instant = ContinuousClock.now
        _ = try await loaded.process.client.send(.annotate(key: key, value: "any"))
        try await Waiting.find("another master", within: Limits.demoSettled) {
            () async throws(PlaygroundError) -> Void? in
            let isAnswered = try await loaded.process.client.status().lease.annotations[key] == nil
            let master = try await loaded.observer.master()
            return isAnswered && master != nil && master?.name != old.name ? () : nil
        }
        try await loaded.waitForWrites(after: .now)
        round.switchover = try await loaded.longestPause(after: instant)
    }

    func measureOutage(
        _ process: PlaygroundProcess, _ start: Duration
    ) async throws(PlaygroundError) -> Outage {
        let loaded = try await LoadedPlayground.begin(process, probed: false)
        try await loaded.observer.waitUntilSettled()
        try await loaded.waitForWrites(after: .now)
        let instant = ContinuousClock.now
        _ = try await process.client.send(.api(.stopped))
        try await rest(Limits.apiOutage)
        _ = try await process.client.send(.api(.running))
        try await rest(Limits.demoCalm)
        var outage = Outage()
        outage.refused = await loaded.ledger().failures(after: instant).count
        outage.pause = try await loaded.longestPause(after: instant)
        await loaded.stopLoad()
        outage.verdict = try await loaded.verdict()
        return outage
    }

    private func said(_ member: String, _ process: PlaygroundProcess) -> String {
        let folder = process.directory.member(member)
        return FileContents.text(folder.log(of: ContainerRole.initialiser.rawValue)) ?? ""
    }

    func figures(_ rounds: [FastRound], _ outage: Outage) -> [Figure] {
        [
            Figure(
                name: "profile fast: loss of the master's machine to the next write",
                unit: .seconds, samples: rounds.map { $0.node / .seconds(1) }, target: 6,
                patroni: "20 s at best"),
            Figure(
                name: "writes refused by a switchover, \(Limits.benchWriters) clients",
                unit: .seconds, samples: rounds.map { $0.switchover / .seconds(1) }, target: 1,
                patroni: "-"),
            Figure(
                name: "members that a switchover made rewind or copy", unit: .count,
                samples: rounds.map { Double($0.rejoined) }, target: 0, patroni: "-"),
            Figure(
                name: "writes refused while the API is away for \(Limits.apiOutage)",
                unit: .count, samples: [Double(outage.refused)], target: 0, patroni: "-"),
            Figure(
                name: "longest pause of writes meanwhile", unit: .seconds,
                samples: [outage.pause / .seconds(1)], target: 1, patroni: "-"),
        ]
    }
}
