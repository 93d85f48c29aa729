/// Drills in which members are lost while others lag.
extension DrillMaker {
    mutating func isolatedMaster() {
        let length = pick(12_000...22_000) * Span.millisecond
        at(100, aimed: .isolate(0, withAPI: random.chance(800), duration: length))
    }

    /// Only the last place, which lags, is left; the others return late.
    mutating func loneLaggard(from begin: Int) {
        let last = members - 1
        at(begin, .cast)
        at(begin, aimed: lag(last, 300...2_500, for: 8_000))
        let blow = begin + pick(1_500...4_000)
        for place in 0..<last { at(blow + pick(0...80), aimed: lose(place, 17_000...21_000)) }
    }

    mutating func fullStop() {
        for place in 1..<members { at(100, aimed: lose(place, 4_500...6_500)) }
        at(pick(200...900), aimed: .deletePod(0))
        loneLaggard(from: pick(12_000...14_000))
    }

    mutating func deathAtPromotion() {
        let last = members - 1
        if random.chance(800) { at(0, aimed: lag(last, 300...4_000, for: 14_000)) }
        if members > 3, random.chance(300) {
            at(0, aimed: lag(last - 1, 300...4_000, for: 14_000))
        }
        let blow = pick(1_000...3_000)
        at(blow, aimed: lose(0, 22_000...26_000))
        let moment: Fault.Moment = random.chance(700) ? .promoted : .opened
        let death = random.chance(500) ? lose(0, 1_000...4_000) : lose(0, 13_000...20_000)
        let delay = random.chance(600) ? pick(0...300) : pick(300...1_500)
        at(blow, .upon(moment, after: delay * Span.millisecond, .aimed(death)))
        if members > 3, random.chance(500) {
            let cut = Fault.Kind.cut(from: 0, to: 1, duration: 4 * Span.second)
            at(blow, .upon(.taking, after: pick(0...500) * Span.millisecond, .aimed(cut)))
        }
    }

    mutating func slowReplay() {
        at(0, aimed: lag(1, 100...700, for: 6_000))
        let blow = pick(1_000...2_500)
        at(blow, aimed: lose(0, 22_000...26_000))
        for place in 2..<members {
            let length = pick(3_000...9_000) * Span.millisecond
            at(blow - 1, aimed: .hinder(place, .replay, duration: takeover * 1_000 + length))
            at(blow + pick(0...300), aimed: .killDatabase(place))
        }
    }

    mutating func stuckFile() {
        at(100, aimed: lose(0, 3_000...5_000))
        let length = pick(8_000...12_000) * Span.millisecond
        at(
            100,
            .upon(
                .promoted, after: pick(0...100) * Span.millisecond,
                .aimed(.hinder(1, .ownFile, duration: length))))
        let late = takeover + pick(3_500...5_000)
        at(late, aimed: lag(2, 500...2_000, for: 10_000))
        if members > 3 { at(late, aimed: lag(3, 500...2_000, for: 10_000)) }
        at(late + pick(1_500...4_000), aimed: lose(0, 22_000...24_000))
    }

    mutating func weakerSet() {
        if members > 2 { at(0, aimed: lose(2, 25_000...28_000)) }
        let cut = members > 2 ? pick(5_000...6_500) : pick(100...1_000)
        at(cut, aimed: .cut(from: 0, to: 1, duration: 25 * Span.second))
        at(cut, aimed: .cut(from: 1, to: 0, duration: 25 * Span.second))
        if random.chance(600) {
            let delay = pick(200...900) * Span.millisecond
            at(cut + 1_000, .slowAPI(delay: delay, duration: 5 * Span.second))
        }
        let blow = pick(0...700) * Span.millisecond
        at(cut + 200, .upon(.setting, after: blow, .aimed(lose(0, 22_000...26_000))))
    }

    mutating func leavingVoter() {
        at(0, aimed: lag(1, 800...3_500, for: 9_000))
        let begin = pick(1_500...3_500)
        at(
            begin,
            .upon(
                .setting, after: pick(50...1_500) * Span.millisecond,
                .aimed(lose(0, 22_000...26_000))))
        for place in 2..<members { at(begin + 50, aimed: .deletePod(place)) }
    }

    mutating func lateRecord() {
        at(0, aimed: lag(1, 500...1_500, for: 14_000))
        let length = pick(3_800...6_500) * Span.millisecond
        at(100, aimed: .cut(from: 0, to: 2, duration: length))
        at(100, aimed: .cut(from: 2, to: 0, duration: length))
        let slow = pick(2_500...4_500)
        let delay = pick(1_000...3_500) * Span.millisecond
        at(slow, .slowAPI(delay: delay, duration: 5 * Span.second))
        let blow = pick(0...600) * Span.millisecond
        at(slow, .upon(.recording, after: blow, .aimed(lose(0, 22_000...26_000))))
    }

    mutating func firstVoter() {
        for place in 1..<members { at(0, aimed: lose(place, 5_000...6_500)) }
        let late = pick(1_500...4_000) * Span.millisecond
        at(4_600, aimed: .hinder(0, .reload(delay: late), duration: 9 * Span.second))
        for place in 1..<members { at(4_600, aimed: lag(place, 300...1_200, for: 14_000)) }
        let blow = pick(1_000...4_000) * Span.millisecond
        at(4_800, .upon(.setting, after: blow, .aimed(lose(0, 22_000...26_000))))
    }

    mutating func deletedMaster() {
        at(pick(0...2_000), aimed: .deletePod(0))
        if random.chance(400) { at(pick(2_000...5_000), aimed: .deletePod(1)) }
    }
}
