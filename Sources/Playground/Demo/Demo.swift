/// What Understudy does, shown on three real members in a few minutes: every way to lose a master,
/// with an account of every acknowledged row.
public struct Demo: Sendable {
    private let agentProgram: String?

    /// A demonstration of that `understudy`; nil is the one beside this program.
    public init(agentProgram: String? = nil) {
        self.agentProgram = agentProgram
    }

    /// Runs it and says in lines what happens. Returns whether all held. Throws ``PlaygroundError``
    /// when a step does not come to its end.
    public func run() async throws(PlaygroundError) -> Bool {
        Console.say("Three PostgreSQL members are started from empty directories.")
        let start = ContinuousClock.now
        let process = try PlaygroundProcess.start(
            in: try PlaygroundProcess.newDirectory(), agentProgram: agentProgram)
        do {
            try await process.waitUntilUp()
            let loaded = try await LoadedPlayground.begin(process, probed: true)
            let master = try await loaded.observer.waitForMaster()
            let replicas = loaded.status.members.map(\.name).filter { $0 != master.name }
            Console.say(
                "  After \(Text.seconds(.now - start)) \(master.name) is master, "
                    + "\(replicas.joined(separator: " and ")) stream from it.")
            Console.say(
                "  From now on rows are written through the master's Service, and a write is "
                    + "tried on each member by itself ten times a second.")
            try await killDatabase(loaded)
            try await loseNode(loaded)
            try await wipeFirst(loaded)
            try await deleteMaster(loaded)
            let holds = try await account(for: loaded)
            try await process.stop()
            Console.say("Everything was ended; it took \(Text.seconds(.now - start)).")
            if holds {
                try process.remove()
            } else {
                Console.say("The logs are in \(process.directory.path).")
            }
            return holds
        } catch {
            Console.error("The demonstration stops: \(error.message)")
            try await process.stop()
            if Task.isCancelled {
                try process.remove()
            } else {
                Console.error(
                    "The logs are in \(process.directory.path) and \(process.logFile).")
            }
            return false
        }
    }

    // MARK: Steps

    private func killDatabase(_ loaded: LoadedPlayground) async throws(PlaygroundError) {
        try await calm(loaded)
        let master = try await loaded.observer.waitForMaster()
        Console.say("\nThe database of the master, \(master.name), is killed (kill -9).")
        let instant = ContinuousClock.now
        _ = try await loaded.process.client.send(
            .kill(member: master.name, part: .database))
        try await loaded.observer.waitForNewDatabase(of: master)
        try await reportPause(loaded, since: instant, old: master)
        try await reportSettled(loaded, since: instant)
    }

    private func loseNode(_ loaded: LoadedPlayground) async throws(PlaygroundError) {
        try await calm(loaded)
        let master = try await loaded.observer.waitForMaster()
        Console.say(
            "\nThe machine of the master, \(master.name), is lost: agent and database at once."
        )
        let instant = ContinuousClock.now
        _ = try await loaded.process.client.send(.kill(member: master.name, part: .node))
        try await reportPause(loaded, since: instant, old: master)
        Console.say("  \(master.name) is switched on again.")
        let back = ContinuousClock.now
        _ = try await loaded.process.client.send(.start(member: master.name))
        try await loaded.observer.waitForNewDatabase(of: master)
        try await reportSettled(loaded, since: back)
    }

    private func wipeFirst(_ loaded: LoadedPlayground) async throws(PlaygroundError) {
        try await calm(loaded)
        guard let first = try await loaded.process.client.status().members.first else { return }
        let role = first.role ?? "no role"
        Console.say("\nThe volume of \(first.name) (\(role)) is emptied while it is off.")
        let instant = ContinuousClock.now
        _ = try await loaded.process.client.send(.wipe(member: first.name))
        try await loaded.observer.waitForNewDatabase(of: first)
        try await reportPause(loaded, since: instant, old: first)
        try await reportSettled(loaded, since: instant)
        let rows = try await loaded.numbers(at: first.address).count
        Console.say("  \(first.name) was cloned, not initialised: it holds \(rows) of our rows.")
        guard rows > 0 else {
            throw PlaygroundError(.unexpected, "\(first.name) serves, but without our rows.")
        }
    }

    private func deleteMaster(_ loaded: LoadedPlayground) async throws(PlaygroundError) {
        try await calm(loaded)
        let master = try await loaded.observer.waitForMaster()
        Console.say("\nThe Pod of the master, \(master.name), is deleted, as an upgrade does it.")
        let instant = ContinuousClock.now
        _ = try await loaded.process.client.send(.delete(member: master.name))
        try await loaded.observer.waitForNewDatabase(of: master)
        try await reportPause(loaded, since: instant, old: master)
        try await reportSettled(loaded, since: instant)
    }

    // MARK: Lines

    private func calm(_ loaded: LoadedPlayground) async throws(PlaygroundError) {
        try await loaded.observer.waitUntilSettled()
        do {
            try await Task.sleep(for: Limits.demoCalm)
        } catch {
            throw PlaygroundError(.temporary, "Interrupted.")
        }
    }

    /// Call it when the blow has struck: a write that is acknowledged from now on comes after the
    /// pause that it caused.
    private func reportPause(
        _ loaded: LoadedPlayground, since instant: ContinuousClock.Instant,
        old: PlaygroundStatus.Member
    ) async throws(PlaygroundError) {
        try await loaded.waitForWrites(after: .now)
        let pause = try await loaded.longestPause(after: instant)
        let master = try await loaded.observer.waitForMaster()
        let who =
            master.name == old.name || old.role != "master"
            ? "\(master.name) is still the master" : "\(master.name) is master now"
        Console.say("  \(who); writes were refused for \(Text.seconds(pause)).")
    }

    private func reportSettled(
        _ loaded: LoadedPlayground, since instant: ContinuousClock.Instant
    ) async throws(PlaygroundError) {
        try await loaded.observer.waitUntilSettled()
        Console.say("  All three members serve again after \(Text.seconds(.now - instant)).")
    }

    private func account(for loaded: LoadedPlayground) async throws(PlaygroundError) -> Bool {
        try await calm(loaded)
        await loaded.stopLoad()
        let verdict = try await loaded.verdict()
        Console.say("\nThe account:")
        Console.say(
            verdict.lost.isEmpty
                ? "  \(verdict.acknowledged) rows were acknowledged; every one of them is there."
                : "  \(verdict.acknowledged) rows were acknowledged; \(verdict.lost.count) of them "
                    + "ARE LOST: \(Text.list(verdict.lost)).")
        Console.say(
            "  \(verdict.refused) writes were refused; "
                + (verdict.refusedApplied.isEmpty
                    ? "none of them is there."
                    : "SOME ARE THERE: \(Text.list(verdict.refusedApplied))."))
        Console.say(
            "  \(verdict.unknown) writes had an unknown outcome; \(verdict.unknownApplied) of them "
                + "are there.")
        let spans = await loaded.probe?.spans ?? WritableSpans()
        if let (first, second) = spans.conflict {
            Console.say(
                "  TWO MEMBERS WERE WRITABLE AT ONCE: \(first.member) and \(second.member).")
        } else {
            Console.say("  Two members were never writable at once.")
        }
        let holds = verdict.holds && spans.conflict == nil && verdict.acknowledged > 0
        Console.say(holds ? "All held." : "NOT ALL HELD.")
        return holds
    }
}
