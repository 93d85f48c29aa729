import ReplicationCore

/// Makes a seed's faults: each seed has some kinds of them and not others, so that each kind is
/// seen alone and with every other.
struct FaultMaker {
    var random: SimulatorRandom
    let members: Int
    let profile: Profile

    private static let kinds = 23

    init(random: SimulatorRandom, members: Int, profile: Profile) {
        self.random = random
        self.members = members
        self.profile = profile
    }

    mutating func make(from start: Time, to end: Time) -> [Fault] {
        var enabled: [Int] = []
        let share = random.within(100...500)
        for kind in 0..<FaultMaker.kinds where random.chance(share) { enabled.append(kind) }
        if enabled.isEmpty { enabled.append(random.below(FaultMaker.kinds)) }
        var faults: [Fault] = []
        for _ in 0..<random.within(1...12) {
            let time = random.within(start...end)
            let kind = enabled[random.below(enabled.count)]
            faults.append(Fault(time: time, kind: make(kind)))
            // A second blow soon after the first finds what is half done.
            if random.chance(250) {
                let kind = enabled[random.below(enabled.count)]
                let second = time + random.skewed(0...3_000_000)
                faults.append(Fault(time: min(second, end), kind: make(kind)))
            }
        }
        return faults.sorted { $0.time < $1.time }
    }

    private mutating func member() -> Int { random.below(members) }

    private mutating func duration() -> Int {
        let longest = profile == .fast ? 15_000 : 22_000
        return random.chance(500)
            ? random.within(50...3_000) * Span.millisecond
            : random.within(500...longest) * Span.millisecond
    }

    private mutating func phase() -> Fault.EffectPhase {
        Fault.EffectPhase.allCases[random.below(Fault.EffectPhase.allCases.count)]
    }

    private mutating func make(_ kind: Int) -> Fault.Kind {
        switch kind {
        case 0: return .killAgent(member())
        case 1: return .killDatabase(member())
        case 2: return .killInit(member())
        case 3:
            return .killMember(member(), duration: duration(), isNewPod: random.chance(400))
        case 4: return .pauseAgent(member(), duration: duration())
        case 5: return .freezeDatabase(member(), duration: duration())
        case 6: return .pauseMember(member(), duration: duration())
        case 7: return .killAtEffect(member(), count: random.within(1...12), phase())
        case 8: return .killMemberAtEffect(member(), count: random.within(1...12), phase())
        default: return makeNetwork(kind)
        }
    }

    private mutating func makeEdit() -> Fault.Kind {
        switch random.below(4) {
        case 0: return .deleteLease
        case 1: return .damageRecord
        case 2: return .editHolder(random.chance(300) ? nil : member())
        default: return .editDuration(seconds: random.within(1...100))
        }
    }

    private mutating func makeNetwork(_ kind: Int) -> Fault.Kind {
        switch kind {
        case 9:
            return .cut(
                from: random.below(members + 1), to: random.below(members + 1),
                duration: duration())
        case 10:
            return .isolate(member(), withAPI: random.chance(600), duration: duration())
        case 11:
            return .part(
                mask: random.below(1 << members), apiWithMask: random.chance(500),
                duration: duration())
        case 12: return .stopAPI(duration: duration())
        case 13:
            return random.chance(500)
                ? .slowAPI(delay: random.within(50...4_000) * 1_000, duration: duration())
                : .loseAPI(share: random.within(50...700), duration: duration())
        case 14: return .stickWatch(member(), duration: duration())
        case 15:
            return random.chance(700)
                ? .slowNetwork(delay: random.within(20...2_000) * 1_000, duration: duration())
                : .failEffects(share: random.within(50...500), duration: duration())
        case 16: return .askSwitchover(random.chance(300) ? nil : member())
        case 17: return random.chance(300) ? .pause(duration: duration()) : .forgeLabel(member())
        case 18: return random.chance(500) ? .killAll(duration: duration()) : .loseVolume(member())
        case 19: return makeEdit()
        default:
            switch random.below(4) {
            case 0, 1: return .deletePod(member())
            case 2: return .forceDeletePod(member())
            default: return .holdReplay(member(), duration: duration())
            }
        }
    }
}
