import Testing

@testable import ReplicationCore

/// A decision is stable: once its effects are seen it asks for no more of them.
@Suite struct ConvergenceTests {
    @Test("from every situation a member comes to rest, and no effect comes twice on the way")
    func everySituation() {
        var count = 0
        var problems: [String] = []
        for situation in situations() where problems.count < 3 {
            count += 1
            var world = TinyWorld(situation.observation)
            let hasSettled = world.settle()
            if !hasSettled {
                problems.append("never rests: \(situation) \(world.effects.suffix(6))")
            } else if let twice = repeated(world.effects) {
                problems.append("\(twice) comes twice: \(situation) \(world.effects)")
            }
        }
        #expect(count > 500)
        #expect(problems.isEmpty, "\(problems.joined(separator: "\n"))")
    }

    @Test("deciding twice gives the same")
    func twice() {
        for situation in situations() {
            let seen = situation.observation
            #expect(decide(seen, at: Build.now) == decide(seen, at: Build.now))
        }
    }

    /// Those in which something can come of it, every seventh of them.
    private func situations() -> [Situation] {
        var situations: [Situation] = []
        var turn = 0
        Situation.forEach { situation in
            let isWhole = situation.directory == .complete || situation.directory == .behind
            guard isWhole, situation.mode == .quorum else { return }
            turn += 1
            if turn % 37 == 0 { situations.append(situation) }
        }
        return situations
    }

    /// An effect that comes twice without another term in between. Giving the Lease up and trying
    /// again after the back-off is no repetition, nor is a label that changes back.
    private func repeated(_ effects: [Effect]) -> Effect? {
        var seen: Set<Effect> = []
        for effect in effects {
            switch effect {
            case .requestPromise, .readLease: break
            case .writeLease, .mark: seen = effect.resource == .lease ? [] : seen
            case .persist, .promote, .open, .openForReads, .close, .follow, .setSynchronous,
                .prepareFollowers, .stopDatabase, .restartPod:
                if !seen.insert(effect).inserted { return effect }
            }
        }
        return nil
    }
}
