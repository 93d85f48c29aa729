import ReplicationCore

extension World {
    /// Runs a scenario to the end of its script, or to what should not be.
    public static func run(
        _ scenario: Scenario, sabotage: Sabotage? = nil, isTracing: Bool = false
    ) -> ScenarioOutcome {
        let options = SimulationOptions(
            isTracing: isTracing, sabotage: sabotage ?? scenario.sabotage)
        let script = ScenarioRun(scenario)
        let world = World(seed: scenario.seed, options: options, script: script)
        world.play()
        world.statistics.duration = world.now
        if world.violation == nil, !script.isOver {
            let step = scenario.steps[script.index]
            script.failure =
                "line \(step.line) did not come: \(step.text) (\(world.summary))"
        }
        return ScenarioOutcome(
            violation: world.violation, failure: script.failure, transcript: script.transcript,
            trace: world.trace, hasCrashed: script.hasCrashed, statistics: world.statistics)
    }

    /// Goes on with the script as far as the present allows.
    func advance(_ script: ScenarioRun) {
        tellChanges(script)
        while !script.isOver, isOver(script.scenario.steps[script.index], script) {
            script.index += 1
            script.stepBegan = now
            script.acknowledgedBefore = statistics.acknowledged
            tellChanges(script)
        }
        script.moments.removeAll(keepingCapacity: true)
    }

    private func isOver(_ step: ScenarioStep, _ script: ScenarioRun) -> Bool {
        switch step.kind {
        case .at(let time, let command):
            guard now >= time else { return false }
            perform(command, step, script)
        case .after(let length, let command):
            guard now >= script.stepBegan + length else { return false }
            if let command { perform(command, step, script) }
        case .when(let condition, let command, let limit):
            guard holds(condition, script) else {
                if let limit, now > script.stepBegan + limit {
                    script.failure = "line \(step.line) came too late: \(step.text) (\(summary))"
                }
                return false
            }
            if let command { perform(command, step, script) }
        case .expect(let condition, let length):
            guard holds(condition, script) else {
                script.failure = "line \(step.line) does not hold: \(step.text) (\(summary))"
                return false
            }
            return now >= script.stepBegan + length
        }
        return true
    }

    private func perform(_ command: Command, _ step: ScenarioStep, _ script: ScenarioRun) {
        let words = step.text.split(separator: " ")
        let start = words.firstIndex(of: "do").map { $0 + 1 } ?? 0
        script.tell(
            "\(clock) > \(words[start...].joined(separator: " "))")
        carryOut(command, script)
    }

    /// Whom a script means by now; nil where there is nobody.
    func resolve(_ actor: Actor) -> Int? {
        switch actor {
        case .member(let index): members.indices.contains(index) ? index : nil
        case .master: openMaster
        case .holder: holder
        case .voter(let place):
            record.flatMap { record in
                place <= record.synchronous.voters.count
                    ? index(of: record.synchronous.voters[place - 1].member) : nil
            }
        case .api: network.api
        case .clients: network.clients
        }
    }

    // MARK: Conditions

    private func holds(_ condition: Condition, _ script: ScenarioRun) -> Bool {
        switch condition {
        case .moment(let actor, let text):
            let member = resolve(actor)
            return script.moments.contains { $0.member == member && text.matches($0.text) }
        case .not(let condition): return !holds(condition, script)
        case .any(let conditions): return conditions.contains { holds($0, script) }
        case .all(let conditions): return conditions.allSatisfy { holds($0, script) }
        case .healthy:
            let expected = members.indices.filter { $0 < script.replicas && !members[$0].isLost }
            return isWhole(expected, since: 0)
        case .serves(let actor): return resolve(actor).map(isServingClients) ?? false
        case .somebodyServes: return members.indices.contains(where: isServingClients)
        case .nothingLost:
            return openMaster.map { history.firstLacking(members[$0].volume.end) == nil } ?? true
        case .leaseSays(let text): return script.toldLease.contains(text)
        case .acknowledged(let count):
            return statistics.acknowledged >= script.acknowledgedBefore + count
        case .promotions(let count): return statistics.promotions == count
        case .masterLabels(let count):
            return pods.count { $0.exists && $0.role == .master } == count
        case .says, .status, .labelled, .requires, .streams, .down, .gone, .empty, .whole,
            .incarnation, .ahead, .commitWaits:
            return holdsOfMember(condition, script)
        }
    }

    private func holdsOfMember(_ condition: Condition, _ script: ScenarioRun) -> Bool {
        func own(_ actor: Actor) -> Member? { resolve(actor).map { members[$0] } }
        switch condition {
        case .says(let actor, let reason):
            return own(actor)?.agent?.supervisor.decision.reasons.contains(reason) ?? false
        case .status(let actor, let status):
            return own(actor)?.agent?.supervisor.decision.status == status
        case .labelled(let actor, let role): return resolve(actor).map { pods[$0].role } == role
        case .requires(let actor, let text):
            return own(actor).map { script.plain($0.server.synchronous.word) == text } ?? false
        case .streams(let actor): return own(actor)?.server.receiver?.hasCaughtUp ?? false
        case .down(let actor): return own(actor)?.server.state == .down
        case .gone(let actor): return own(actor)?.phase == .gone
        case .empty(let actor): return own(actor)?.volume.hasData == false
        case .whole(let actor): return own(actor)?.volume.held != nil
        case .incarnation(let actor, let number):
            return resolve(actor).map { script.incarnations[$0].count == number } ?? false
        case .ahead(let actor, let other):
            guard let one = own(actor)?.volume.held, let other = own(other)?.volume.held else {
                return false
            }
            return one != other && history.isAncestor(other, of: one)
        case .commitWaits(let actor): return own(actor)?.server.waiting.isEmpty == false
        case .moment, .not, .all, .any, .healthy, .serves, .somebodyServes, .nothingLost,
            .leaseSays, .acknowledged, .promotions, .masterLabels:
            return false
        }
    }

    private func isServingClients(_ member: Int) -> Bool {
        let own = members[member]
        return own.server.state == .running && own.server.isPrimary && !own.server.isClosed
            && !own.server.isFrozen(at: now)
            && lease?.holder == identity(member).holder && pods[member].role == .master
            && history.segments[own.volume.end.segment].acknowledgedEnd > 0
    }
}
