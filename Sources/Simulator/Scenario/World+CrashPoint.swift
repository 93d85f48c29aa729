import ReplicationCore

extension World {
    /// Counts an effect that begins; true where the member's agent died instead.
    func diesBefore(_ effect: Effect, _ member: Int) -> Bool {
        guard let script else { return false }
        if springsTrap(script, member, effect.word) { return true }
        guard script.isDoomed(member), let crash = script.scenario.crash else { return false }
        if crash.phase == .before {
            crashNow(member, script, "before \(effect.word)")
            return true
        }
        script.doomed = effect
        return false
    }

    /// Kills the agent if it was to die at that place of this effect.
    func dies(_ phase: Fault.EffectPhase, _ effect: Effect, _ member: Int) -> Bool {
        guard let script, script.doomed == effect, let crash = script.scenario.crash,
            crash.member == member, crash.phase == phase
        else { return false }
        script.doomed = nil
        crashNow(member, script, "\(phase) \(effect.word)")
        return true
    }

    /// The same for a write of the Lease, before it is sent.
    func diesBefore(_ request: LeaseRequest) -> Bool {
        let member = request.member
        guard let script else { return false }
        if springsTrap(script, member, "writes Lease \(request.write.word)") { return true }
        guard script.isDoomed(member), let crash = script.scenario.crash else { return false }
        switch crash.phase {
        case .before:
            crashNow(member, script, "before a Lease write")
            return true
        case .midway, .after: script.doomedRequest = request
        }
        return false
    }

    /// While it is on its way, or when it is applied and nobody knows.
    func dies(_ phase: Fault.EffectPhase, _ request: LeaseRequest) {
        guard let script, script.doomedRequest === request,
            let crash = script.scenario.crash, crash.phase == phase
        else { return }
        script.doomedRequest = nil
        crashNow(request.member, script, "\(phase) a Lease write")
    }

    private func springsTrap(_ script: ScenarioRun, _ member: Int, _ text: String) -> Bool {
        guard !script.traps.isEmpty else { return false }
        let plain = script.plain(text)
        guard
            let place = script.traps.firstIndex(where: {
                $0.member == member && $0.pattern.matches(plain)
            })
        else { return false }
        let trap = script.traps.remove(at: place)
        say(member, "FAULT \(trap.isForMember ? "member" : "agent") dies before \(plain)")
        if trap.isForMember {
            loseMember(member, for: Span.never, isNewPod: false)
        } else {
            killAgent(member)
        }
        return true
    }

    private func crashNow(_ member: Int, _ script: ScenarioRun, _ place: String) {
        script.hasCrashed = true
        guard let crash = script.scenario.crash else { return }
        say(member, "FAULT \(crash.isForMember ? "member" : "agent") dies \(place)")
        if crash.isForMember {
            // Long enough for another to take over in the middle of what was going on.
            loseMember(member, for: 6 * Span.second, isNewPod: false)
        } else {
            killAgent(member)
        }
    }
}
