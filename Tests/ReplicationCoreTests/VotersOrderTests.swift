import Testing

@testable import ReplicationCore

/// The order in which record and database change (rule S4), over all small sets.
@Suite struct VotersOrderTests {
    /// Every set over voters 1 to 4 with every possible W, and the empty one.
    private static let sets: [SynchronousSet] =
        [.empty]
        + (1..<16).flatMap { bits -> [SynchronousSet] in
            let voters = (1...4).filter { bits & (1 << ($0 - 1)) != 0 }
            return (1...voters.count).map { Build.set(voters, $0) }
        }

    /// What the rules may want: the wanted W for each set of voters.
    private static let wanted = sets.filter {
        $0.required == SynchronousSet.wantedRequired(voters: $0.voters.count)
    }

    /// A record and a database, and whether the set is in force and its barrier held.
    private struct World: Hashable {
        var record: SynchronousSet
        var database: SynchronousSet
        var isInForce = false
        var isBarrierHeld = false
    }

    @Test("from every safe state each step is safe, and the wanted set is reached and kept")
    func everyWalk() {
        var walks = 0
        for record in Self.sets {
            for database in Self.sets where isCovered(database, by: record) {
                for wanted in Self.wanted {
                    walks += 1
                    let problem = walk(
                        World(record: record, database: database), to: wanted)
                    if let problem {
                        Issue.record("\(record) \(database) -> \(wanted): \(problem)")
                        return
                    }
                }
            }
        }
        #expect(walks > 3000)
    }

    @Test("a database that is weaker than the record is restored before anything else (S6)")
    func everyWeakDatabase() {
        var count = 0
        for record in Self.sets {
            for database in Self.sets where !isCovered(database, by: record) {
                for wanted in Self.wanted {
                    count += 1
                    let step = nextStep(
                        record: record, database: database, wanted: wanted, isInForce: true,
                        isBarrierHeld: true)
                    #expect(step == .restore(record))
                }
            }
        }
        #expect(count > 4000)
    }

    @Test("a record covers a database when whatever a promotion would count on holds every commit")
    func coverIsRight() {
        for record in Self.sets where !record.voters.isEmpty {
            for database in Self.sets where isCovered(database, by: record) {
                // Any W of the database's voters and any R of the record's meet.
                let acknowledged = subsets(database.voters, of: database.required)
                let promised = subsets(record.voters, of: record.promisesRequired)
                for some in acknowledged {
                    for others in promised {
                        #expect(!some.isDisjoint(with: others), "\(record) \(database)")
                    }
                }
            }
        }
    }

    @Test("the numbers of the design's table hold for one to five members")
    func table() {
        let expected = [(0, 0), (1, 1), (1, 2), (2, 2), (2, 3)]
        for (voters, numbers) in expected.enumerated() {
            let required = SynchronousSet.wantedRequired(voters: voters)
            #expect(required == numbers.0)
            let set = Build.set(Array(0..<voters), required)
            #expect(set.promisesRequired == numbers.1)
        }
    }

    /// Walks to the end, and says what was wrong.
    private func walk(_ start: World, to wanted: SynchronousSet) -> String? {
        var world = start
        for _ in 0..<24 {
            let step = nextStep(
                record: world.record, database: world.database, wanted: wanted,
                isInForce: world.isInForce, isBarrierHeld: world.isBarrierHeld)
            let before = world
            switch step {
            case .settled:
                return world.record == wanted && world.database == wanted ? nil : "ended early"
            case .record(let set):
                world.record = set
                if let problem = judge(record: set, before) { return problem }
            case .database(let set):
                if set == world.database { return "wrote what was there" }
                world.database = set
                world.isInForce = false
                world.isBarrierHeld = false
            case .awaitForce:
                world.isInForce = true
            case .awaitBarrier:
                guard world.isInForce else { return "barrier before force" }
                world.isBarrierHeld = true
            case .restore, .block:
                return "no such step from a safe state"
            }
            guard isCovered(world.database, by: world.record) else {
                return "not covered after \(step)"
            }
        }
        return "never ended"
    }

    /// A record may become less pessimistic only behind the barrier, and else by one thing at once.
    private func judge(record set: SynchronousSet, _ before: World) -> String? {
        let isPessimistic = set.voters.isEmpty || isCovered(before.record, by: set)
        if !isPessimistic, !(before.isInForce && before.isBarrierHeld && set == before.database) {
            return "gave up \(before.record) for \(set) without a barrier"
        }
        let isAddition = set.voters.count > before.record.voters.count
        if isPessimistic, isAddition, !before.record.voters.isEmpty,
            set.voters.count != before.record.voters.count + 1
                || set.required != before.record.required
        {
            return "more than one change in a step"
        }
        return nil
    }

    private func subsets(_ voters: [Voter], of size: Int) -> [Set<Voter>] {
        guard size > 0 else { return [[]] }
        guard let first = voters.first else { return [] }
        let rest = Array(voters.dropFirst())
        return subsets(rest, of: size - 1).map { $0.union([first]) } + subsets(rest, of: size)
    }
}
