import ReplicationCore
import Testing

@testable import Agent

@Suite struct RequestAnnotationsTests {
    @Test("a pause is any value but false")
    func pause() {
        for text in ["true", "", "maintenance", "false"] {
            let read = RequestAnnotations.read(["understudy.dev/paused": text])
            #expect(read.requests == Requests(isPaused: text != "false"))
            #expect(read.problem == nil)
        }
        #expect(RequestAnnotations.read([:]).requests == Requests())
    }

    @Test("a switchover names a member or leaves the choice")
    func switchover() {
        let read = { RequestAnnotations.read(["understudy.dev/switchover": $0]).requests }
        #expect(read("") == Requests(switchover: .any))
        #expect(read("any") == Requests(switchover: .any))
        #expect(read("db-1") == Requests(switchover: .member("db-1")))
    }

    @Test(
        "a forced promotion is a member and a term, and nothing else",
        arguments: [
            "", "db-1", "db-1/", "/7", "db-1/x", "db-1/7/8", "db-1/-1", "db-1/ 7",
            "db-1/99999999999999999999",
        ])
    func malformed(text: String) {
        let read = RequestAnnotations.read(["understudy.dev/force-promote": text])
        #expect(read.requests == Requests())
        #expect(read.problem != nil)
    }

    @Test("a forced promotion is understood beside other annotations")
    func forced() {
        let read = RequestAnnotations.read([
            "understudy.dev/force-promote": "db-1/7", "else": "x",
        ])
        let forced = ForcedPromotion(member: "db-1", term: 7)
        #expect(read.requests == Requests(forcedPromotion: forced))
        #expect(read.problem == nil)
    }
}
