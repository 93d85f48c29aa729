extension Fault.Kind {
    /// The fault with members instead of their places in a cast; whatever is no place stays.
    func placed(_ cast: [Int]) -> Fault.Kind {
        func at(_ place: Int) -> Int { cast.indices.contains(place) ? cast[place] : place }
        switch self {
        case .killAgent(let one): return .killAgent(at(one))
        case .killDatabase(let one): return .killDatabase(at(one))
        case .killInit(let one): return .killInit(at(one))
        case .killMember(let one, let duration, let isNewPod):
            return .killMember(at(one), duration: duration, isNewPod: isNewPod)
        case .loseVolume(let one): return .loseVolume(at(one))
        case .editHolder(let one): return .editHolder(one.map(at))
        case .pauseAgent(let one, let duration): return .pauseAgent(at(one), duration: duration)
        case .freezeDatabase(let one, let duration):
            return .freezeDatabase(at(one), duration: duration)
        case .pauseMember(let one, let duration): return .pauseMember(at(one), duration: duration)
        case .killAtEffect(let one, let count, let phase):
            return .killAtEffect(at(one), count: count, phase)
        case .killMemberAtEffect(let one, let count, let phase):
            return .killMemberAtEffect(at(one), count: count, phase)
        case .cut(let from, let to, let duration):
            return .cut(from: at(from), to: at(to), duration: duration)
        case .isolate(let one, let withAPI, let duration):
            return .isolate(at(one), withAPI: withAPI, duration: duration)
        case .part(let mask, let apiWithMask, let duration):
            let members = cast.indices.filter { mask & (1 << $0) != 0 }.map(at)
            return .part(
                mask: members.reduce(0) { $0 | 1 << $1 }, apiWithMask: apiWithMask,
                duration: duration)
        case .stickWatch(let one, let duration): return .stickWatch(at(one), duration: duration)
        case .deletePod(let one): return .deletePod(at(one))
        case .forceDeletePod(let one): return .forceDeletePod(at(one))
        case .askSwitchover(let one): return .askSwitchover(one.map(at))
        case .forgeLabel(let one): return .forgeLabel(at(one))
        case .holdReplay(let one, let duration): return .holdReplay(at(one), duration: duration)
        case .hinder(let one, let hindrance, let duration):
            return .hinder(at(one), hindrance, duration: duration)
        case .meddle(.weaken(let one)): return .meddle(.weaken(at(one)))
        case .meddle(.restore(let one, let entries)):
            return .meddle(.restore(at(one), entries: entries))
        case .meddle(.force(let one)): return .meddle(.force(at(one)))
        case .meddle(.forget(let one)): return .meddle(.forget(at(one)))
        case .killAll, .deleteLease, .damageRecord, .editDuration, .stopAPI, .slowAPI, .loseAPI,
            .slowNetwork, .failEffects, .pause, .cast, .aimed, .upon:
            return self
        }
    }
}

extension World {
    /// The cast: one that is given or the master, then the others, the most advanced first.
    func drawCast(first: Int? = nil) {
        let leader = first ?? openMaster ?? holder ?? 0
        let others = members.indices.filter { $0 != leader }.sorted { left, right in
            let (one, other) = (rank(left), rank(right))
            return one == other ? left < right : one > other
        }
        cast = [leader] + others
        say(-1, "the cast is \(cast)")
    }

    private func rank(_ member: Int) -> Int {
        let own = members[member]
        guard own.phase == .running, own.server.state == .running else { return -1 }
        return own.volume.held?.offset ?? -1
    }

    /// Tells those who wait for a moment that it has come.
    func note(_ moment: Fault.Moment, of member: Int) {
        guard !ambushes.isEmpty else { return }
        let met = ambushes.filter { $0.moment == moment }
        guard !met.isEmpty else { return }
        ambushes.removeAll { $0.moment == moment }
        drawCast(first: member)
        for ambush in met {
            after(ambush.delay, .strikes(ambush.kind.struck(by: cast)))
        }
    }

    /// A fault that waits for what a member does.
    struct Ambush {
        var moment: Fault.Moment
        var delay: Int
        var kind: Fault.Kind
    }
}

extension Fault.Kind {
    /// With the members that are meant now, whoever they are by the time it strikes.
    fileprivate func struck(by cast: [Int]) -> Fault.Kind {
        if case .aimed(let kind) = self { return kind.placed(cast) }
        return self
    }
}
