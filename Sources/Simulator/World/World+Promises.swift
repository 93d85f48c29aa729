import ReplicationCore

/// A request for a promise on its way.
final class PromiseCall {
    let asking: Int
    let life: Int
    let peer: Int
    let request: PromiseRequest
    let askedAt: Instant
    let askedTime: Time
    /// Until when the asked agent waits to be able to say yes.
    var until: Time
    var peerLife = 0
    var isAnswered = false

    init(
        asking: Int, life: Int, peer: Int, request: PromiseRequest, askedAt: Instant,
        askedTime: Time
    ) {
        self.asking = asking
        self.life = life
        self.peer = peer
        self.request = request
        self.askedAt = askedAt
        self.askedTime = askedTime
        until = askedTime + PromiseTimes.patience
    }

    var effect: Effect { .requestPromise(of: "pg-\(peer)", request) }
}

/// How long an agent waits for a promise to be given, and for its answer.
enum PromiseTimes {
    static let patience = 1_500 * Span.millisecond
    static let timeout = 2 * Span.second
    static let look = 50 * Span.millisecond
}

extension World {
    func askPromise(_ member: Int, _ name: String, _ request: PromiseRequest) {
        guard let peer = index(of: name) else { return }
        let call = PromiseCall(
            asking: member, life: members[member].agentLife, peer: peer, request: request,
            askedAt: instant(member), askedTime: now)
        send(member, .promiseTimesOut(call), after: PromiseTimes.timeout)
        guard network.passes(member, peer, at: now) else { return }
        after(messageDelay(), .promise(call))
    }

    /// The asked agent takes the question in, and answers once it has promised, or cannot yet.
    func serve(_ call: PromiseCall) {
        guard let agent = members[call.peer].agent else { return }
        if agent.isPaused(at: now) {
            agent.deferred.append(.promise(call))
            return
        }
        if call.peerLife == 0 {
            call.peerLife = members[call.peer].agentLife
            post(call.peer, .promiseRequested(call.request))
        }
        guard members[call.peer].agentLife == call.peerLife else { return }
        var report = health(of: agent).report
        guard call.request.isFulfilled(by: report) || now >= call.until else {
            return after(PromiseTimes.look, .promise(call))
        }
        report.peers = []
        guard network.passes(call.peer, call.asking, at: now) else { return }
        after(
            messageDelay(),
            .agent(call.asking, life: call.life, .promiseAnswers(call, report)))
    }

    func takeAnswer(_ call: PromiseCall, _ report: MemberReport) {
        guard !call.isAnswered else { return }
        call.isAnswered = true
        if call.request.purpose == .failsafe, call.request.isFulfilled(by: report) {
            members[call.asking].failsafeAskedAt[call.peer] = call.askedTime
        }
        post(call.asking, .peerAnswered(report, to: call.request, askedAt: call.askedAt))
    }

    func timeOut(_ call: PromiseCall) {
        guard !call.isAnswered else { return }
        call.isAnswered = true
        post(call.asking, .effectEnded(call.effect, failure: "no answer"))
    }

    /// From when a master's trust counts: its last renewal, or the promises that stand for it.
    func trustBegan(_ member: Int) -> Time {
        let own = members[member]
        guard let record = record ?? lastRecord else { return own.renewedAt }
        var asked: [Time]
        var needed: Int
        if plan.mode.isSynchronous {
            let voters = record.synchronous.voters
            if voters.isEmpty { return now }
            asked = voters.compactMap { index(of: $0.member) }.map { own.failsafeAskedAt[$0] }
            needed = record.synchronous.required
        } else {
            asked = members.indices.filter { $0 != member }.map { own.failsafeAskedAt[$0] }
            needed = asked.count
            if needed == 0 { return now }
        }
        asked.sort(by: >)
        guard needed > 0, needed <= asked.count else { return own.renewedAt }
        return max(own.renewedAt, asked[needed - 1])
    }
}
