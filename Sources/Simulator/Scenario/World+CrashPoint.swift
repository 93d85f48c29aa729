import ReplicationCore

extension World {
    /// Counts an effect that begins; true where the member's agent died instead.
    func diesBefore(_ effect: Effect, _ member: Int) -> Bool {
        guard let script, script.isDoomed(member), let crash = script.scenario.crash else {
            return false
        }
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
        guard let script, script.isDoomed(member), let crash = script.scenario.crash else {
            return false
        }
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

    private func crashNow(_ member: Int, _ script: ScenarioRun, _ place: String) {
        script.hasCrashed = true
        guard let crash = script.scenario.crash else { return }
        say(member, "FAULT \(crash.isForMember ? "member" : "agent") dies \(place)")
        if crash.isForMember {
            loseMember(member, for: 2 * Span.second, isNewPod: false)
        } else {
            killAgent(member)
        }
    }
}
