import Testing

@testable import Playground

@Suite("the ledger")
struct LedgerTests {
    private let start = ContinuousClock.now

    private func ledger(_ outcomes: [(at: Int, Ledger.Outcome)]) -> Ledger {
        var ledger = Ledger()
        for (index, entry) in outcomes.enumerated() {
            ledger.note(
                Ledger.Entry(
                    number: Int64(index + 1), sent: start + .milliseconds(entry.at - 1),
                    done: start + .milliseconds(entry.at), outcome: entry.1))
        }
        return ledger
    }

    @Test("holds when what was acknowledged is there and what was refused is not")
    func holds() {
        let ledger = ledger([(1, .acknowledged), (2, .refused), (3, .unknown), (4, .unknown)])
        let verdict = ledger.compare(with: [1, 4])
        #expect(verdict.holds)
        #expect(verdict.acknowledged == 1)
        #expect(verdict.unknown == 2)
        #expect(verdict.unknownApplied == 1)
        #expect(verdict.refused == 1)
    }

    @Test("finds an acknowledged row that is lost")
    func lost() {
        let verdict = ledger([(1, .acknowledged), (2, .acknowledged)]).compare(with: [2])
        #expect(verdict.lost == [1])
        #expect(!verdict.holds)
    }

    @Test("finds a refused row that is there, and one that nobody wrote")
    func foreign() {
        let verdict = ledger([(1, .refused)]).compare(with: [1, 7])
        #expect(verdict.refusedApplied == [1])
        #expect(verdict.foreign == [7])
        #expect(!verdict.holds)
    }

    @Test("knows the longest pause since a blow, and counts one that still lasts")
    func pause() {
        let ledger = ledger([
            (100, .acknowledged), (900, .acknowledged), (1000, .acknowledged), (1100, .refused),
            (1500, .acknowledged),
        ])
        let blow = start + .milliseconds(950)
        let pause = ledger.longestPause(endingAfter: blow, now: start + .milliseconds(1600))
        #expect(pause?.duration == .milliseconds(500))
        let later = ledger.longestPause(endingAfter: blow, now: start + .milliseconds(2600))
        #expect(later?.duration == .milliseconds(1100))
    }

    @Test("tells a write that was sent after the blow from one that was under way")
    func after() {
        let ledger = ledger([(100, .acknowledged), (200, .acknowledged)])
        #expect(ledger.isAcknowledged(after: start + .milliseconds(150)))
        #expect(!ledger.isAcknowledged(after: start + .milliseconds(199)))
    }
}
