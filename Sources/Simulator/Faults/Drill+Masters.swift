import ReplicationCore

/// Drills around who is master, and what people do to that.
extension DrillMaker {
    mutating func zombie() {
        let frozen = takeover + pick(500...3_500)
        at(100, aimed: .hinder(0, .node, duration: frozen * Span.millisecond))
        let asleep = frozen + pick(500...3_000)
        at(101, aimed: .pauseAgent(0, duration: asleep * Span.millisecond))
        if random.chance(600) {
            let length = pick(14_000...20_000) * Span.millisecond
            at(pick(100...2_000), aimed: .stickWatch(pick(1...2), duration: length))
        }
        if random.chance(600) {
            let length = pick(2_000...7_000) * Span.millisecond
            let delay = pick(0...300) * Span.millisecond
            at(200, .upon(.taking, after: delay, .aimed(.pauseAgent(0, duration: length))))
        }
    }

    mutating func weakened() {
        at(100, aimed: .meddle(.weaken(0)))
        at(pick(5_500...9_000), aimed: lose(0, 22_000...26_000))
    }

    mutating func restored() {
        at(100, aimed: .meddle(.restore(0, entries: pick(5...40))))
    }

    mutating func longTail() {
        let begin = pick(100...1_500)
        let away = takeover + pick(2_500...4_500)
        at(begin, aimed: .isolate(0, withAPI: true, duration: away * Span.millisecond))
        let delay = pick(0...250) * Span.millisecond
        at(begin, .upon(.opened, after: delay, .aimed(lose(1, 18_000...22_000))))
        at(begin, .upon(.opened, after: delay + 1_000, .aimed(.deletePod(0))))
        at(
            begin + 4_500,
            .upon(.releasing, after: pick(0...100) * 1_000, .aimed(lose(0, 18_000...22_000))))
    }

    mutating func forced() {
        at(0, aimed: lag(1, 500...2_500, for: 6_000))
        let blow = pick(1_500...3_000)
        at(blow, aimed: lose(0, 19_000...22_000))
        at(blow + pick(0...50), aimed: lose(2, 19_000...22_000))
        at(blow + pick(2_000...3_000), aimed: .meddle(.force(1)))
    }

    mutating func forgotten() {
        at(100, .killAll(duration: 4 * Span.second))
        at(100, .meddle(.forget(0)))
    }

    mutating func staleRevival() {
        at(0, aimed: lag(1, 500...2_500, for: 6_000))
        let blow = pick(1_500...3_000)
        for place in 0..<members where place != 1 {
            at(blow, aimed: lose(place, 23_000...26_000))
        }
        at(blow + pick(10...500), .deleteLease)
    }

    mutating func pausedLoss() {
        at(0, .pause(duration: 24 * Span.second))
        at(pick(200...1_500), aimed: lose(0, 16_000...20_000))
    }

    mutating func lateRenewal() {
        let deadline = Span.of(timing.deadline) / 1_000
        var time = 100
        for _ in 0..<3 {
            let length = pick(deadline * 6 / 10...deadline) * Span.millisecond
            at(time, aimed: .cut(from: 0, to: members, duration: length))
            at(time, aimed: .cut(from: members, to: 0, duration: length))
            time += deadline + pick(1_000...3_000)
        }
    }

    mutating func latePromotion() {
        at(100, aimed: lose(0, 3_000...20_000))
        let length = takeover + pick(3_000...9_000)
        at(
            150,
            .upon(.promoting, after: 0, .aimed(.pauseAgent(0, duration: length * 1_000))))
    }

    /// Two to five blows, each at whoever is in that place by then.
    mutating func blows() {
        var time = 0
        for _ in 0..<pick(2...5) {
            at(time, .cast)
            at(time, aimed: blow(at: random.chance(500) ? 0 : random.below(members)))
            time += random.chance(500) ? pick(20...1_500) : pick(1_000...8_000)
        }
    }

    private mutating func blow(at place: Int) -> Fault.Kind {
        let length = pick(300...9_000) * Span.millisecond
        switch random.below(14) {
        case 0: return lose(place, 500...12_000)
        case 1: return .killDatabase(place)
        case 2: return .killAgent(place)
        case 3: return .isolate(place, withAPI: random.chance(500), duration: length)
        case 4: return .cut(from: place, to: random.below(members + 1), duration: length)
        case 5: return .cut(from: random.below(members + 1), to: place, duration: length)
        case 6: return .freezeDatabase(place, duration: length)
        case 7: return .pauseAgent(place, duration: length)
        case 8: return .loseVolume(place)
        case 9: return .deletePod(place)
        case 10: return .stickWatch(place, duration: length)
        case 11: return lag(place, 50...3_000, for: 8_000)
        case 12: return .hinder(place, .ownFile, duration: length)
        default: return .hinder(place, .node, duration: length)
        }
    }
}
