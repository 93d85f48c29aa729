import NIOCore
import NIOHTTP1
import ReplicationCore

/// Answers requests from memory: a function of the request, the latest report and the clock.
struct Responder: Sendable {
    /// What to do with a request.
    enum Reaction {
        case answer(Answer)
        /// Call the agent, then answer.
        case prestop
        /// Look at the call, and call the agent if it may be, then answer.
        case promise
    }

    let board: HealthBoard
    let clock: @Sendable () -> Instant

    /// The refusal of a request that must not even be read to its end; nil where it may go on.
    func refusal(of head: HTTPRequestHead) -> Answer? {
        if isCall(head) {
            if head.headers.contains(name: "transfer-encoding") {
                return .refusal(.lengthRequired, "the body's length must be told")
            }
            let length = head.headers[canonicalForm: "content-length"].first.flatMap { Int($0) }
            if length ?? 0 > Limits.promiseBytes {
                return .refusal(.payloadTooLarge, "the body is too large")
            }
        } else if hasBody(head) {
            return .refusal(.payloadTooLarge, "requests have no body here")
        }
        if head.version.minor >= 1 && head.headers[canonicalForm: "host"].count != 1 {
            return .refusal(.badRequest, "a request names exactly one host")
        }
        return nil
    }

    /// The reaction to a whole request.
    func reaction(to head: HTTPRequestHead) -> Reaction {
        let route = Route(target: head.uri)
        switch (route, head.method) {
        case (.prestop, .GET): return .prestop
        case (.prestop, _): return .answer(notAllowed(head, "GET"))
        case (.promise, .POST): return .promise
        case (.promise, _): return .answer(notAllowed(head, "POST"))
        case (.unknown, _):
            return .answer(finished(.error(.notFound, "no such route"), head))
        case (_, .GET), (_, .HEAD), (_, .OPTIONS):
            return .answer(finished(answer(to: route), head))
        case (_, _): return .answer(notAllowed(head, "GET, HEAD, OPTIONS"))
        }
    }

    /// The answer to `/database/prestop`, once the agent has returned or its time is over.
    func prestopAnswer(_ head: HTTPRequestHead, isDone: Bool) -> Answer {
        let body = ByteBuffer(string: isDone ? "{\"ok\":true}" : "{\"ok\":false}")
        return finished(Answer(status: isDone ? .ok : .serviceUnavailable, body: body), head)
    }

    private func answer(to route: Route) -> Answer {
        let posting = board.latest
        switch route {
        case .verdict(let question):
            let verdict = question.verdict(on: posting.report, at: clock())
            return Answer(
                status: verdict.holds ? .ok : .serviceUnavailable,
                body: VerdictBody.bytes(verdict, summary: posting.summary))
        case .state:
            guard let state = posting.state else {
                return .error(
                    .internalServerError, "the report could not be encoded")
            }
            return Answer(status: .ok, body: state)
        case .malformed(let sentence): return .error(.badRequest, sentence)
        case .prestop, .promise, .unknown: return .error(.notFound, "no such route")
        }
    }

    private func notAllowed(_ head: HTTPRequestHead, _ methods: String) -> Answer {
        var answer = Answer.error(.methodNotAllowed, "allowed: \(methods)")
        answer.headers.append(("allow", methods))
        return finished(answer, head)
    }

    /// Whether a request is one that may have a body.
    private func isCall(_ head: HTTPRequestHead) -> Bool {
        head.method == .POST && Route(target: head.uri) == .promise
    }

    /// The answer as this request takes it.
    func finished(_ answer: Answer, _ head: HTTPRequestHead) -> Answer {
        var answer = answer
        answer.isBodiless = head.method == .HEAD || head.method == .OPTIONS
        // After an upgrade or a tunnel the parser reads no further request.
        answer.closes =
            answer.closes || !head.isKeepAlive || head.method == .CONNECT
            || head.headers.contains(name: "upgrade")
        return answer
    }

    private func hasBody(_ head: HTTPRequestHead) -> Bool {
        head.headers.contains(name: "transfer-encoding")
            || head.headers[canonicalForm: "content-length"].contains { $0 != "0" }
    }
}
