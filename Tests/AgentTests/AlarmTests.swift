import Testing

@testable import Agent

@Suite struct AlarmTests {
    @Test("a ring before the wait ends it at once", .timeLimit(.minutes(1)))
    func rungBefore() async {
        let alarm = Alarm()
        alarm.ring()
        await alarm.wait(upTo: .seconds(3600))
    }

    @Test("a ring during the wait ends it", .timeLimit(.minutes(1)))
    func rungDuring() async {
        let alarm = Alarm()
        async let waiting: Void = alarm.wait(upTo: .seconds(3600))
        alarm.ring()
        await waiting
    }

    @Test("the time ends a wait, and the next wait is a whole one", .timeLimit(.minutes(1)))
    func timesOut() async {
        let alarm = Alarm()
        for _ in 0..<50 { await alarm.wait(upTo: .milliseconds(1)) }
        alarm.ring()
        await alarm.wait(upTo: .seconds(3600))
    }

    @Test("a cancelled task does not wait", .timeLimit(.minutes(1)))
    func cancelled() async {
        let alarm = Alarm()
        let task = Task { await alarm.wait(upTo: .seconds(3600)) }
        task.cancel()
        await task.value
    }

    @Test("the first request for the end counts, and wakes everybody", .timeLimit(.minutes(1)))
    func exitRequest() async {
        let exit = ExitRequest()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 { group.addTask { await exit.wait() } }
            exit.request(ExitRequest.restartAllContainers)
            exit.request(ExitRequest.terminated)
        }
        #expect(exit.code == 88)
    }
}
