import FoundationEssentials
import HTTPClient
public import NIOCore
public import ReplicationCore
import Synchronization

/// Asks one member's agent for promises, over one kept connection of its own. It signs what it
/// asks, and takes only answers to this very question that are signed, too.
public final class PromiseClient: Sendable {
    private struct State {
        var epoch = ""
        var sequence: UInt64 = 0
    }

    private let connection: HTTPConnection
    private let member: String
    private let cluster: String
    private let key: AgentKey
    private let clock: @Sendable () -> Instant
    private let timeout: Duration
    private let state = Mutex(State())

    /// A client of the agent at that address.
    /// - Parameters:
    ///   - host: a host name, resolved anew for every connection, or an IP address.
    ///   - port: its agent's port.
    ///   - member: the member that must answer.
    ///   - cluster: the cluster that it must belong to.
    ///   - key: the members' key.
    ///   - clock: a clock that does not go back, from which requests are numbered.
    ///   - group: the event loops to use; they must outlive the client.
    public convenience init(
        host: String, port: Int, member: String, cluster: String, key: AgentKey,
        clock: @escaping @Sendable () -> Instant, group: any EventLoopGroup
    ) {
        self.init(
            host: host, port: port, member: member, cluster: cluster, key: key, clock: clock,
            timeout: Limits.promiseTimeout, group: group)
    }

    init(
        host: String, port: Int, member: String, cluster: String, key: AgentKey,
        clock: @escaping @Sendable () -> Instant, timeout: Duration, group: any EventLoopGroup
    ) {
        connection = HTTPConnection(
            endpoint: HTTPEndpoint(host: host, port: port), group: group,
            limits: HTTPLimits(
                maximumBody: Limits.reportBytes, maximumHeaders: Limits.reportHeaderBytes,
                maximumWaiting: Limits.waitingReports))
        self.member = member
        self.cluster = cluster
        self.key = key
        self.clock = clock
        self.timeout = timeout
    }

    /// Asks the member. Ends within 0.8 s.
    /// - Returns: The member's report of itself after the question, whether it promises or not; or
    ///   why there is none.
    public func ask(_ request: PromiseRequest) async -> Result<MemberReport, PeerError> {
        let deadline = ContinuousClock.now + timeout
        do {
            let first = try await send(request, until: deadline)
            if let report = first { return report }
            // It did not know this asker's calls, or knows later ones: it has said which now.
            return try await send(request, until: deadline) ?? .failure(.refused(status: 409))
        } catch let error as HTTPError {
            return .failure(.unreachable(error.reason))
        } catch {
            return .failure(.malformed("the request could not be encoded"))
        }
    }

    /// Closes the connection for ever.
    public func close() async {
        await connection.close()
    }

    /// Sends the request once; nil when it is to be sent again.
    private func send(
        _ request: PromiseRequest, until deadline: ContinuousClock.Instant
    ) async throws -> Result<MemberReport, PeerError>? {
        let call = next(request)
        let body = Array(try JSONEncoder().encode(call))
        let signature = key.signature(
            of: PromiseCall.signed(method: "POST", path: PromiseClient.path, body: body))
        let response = try await connection.send(
            HTTPRequest(
                method: "POST", path: PromiseClient.path,
                headers: [
                    ("Content-Type", "application/json"), (PromiseCall.field, signature),
                ], body: body),
            timeout: max(deadline - .now, .zero))
        guard response.status == 200 || response.status == 409 else {
            return .failure(.refused(status: response.status))
        }
        let signed = PromiseCall.signed(
            answer: response.status, to: call.nonce, body: response.body)
        guard let theirs = response.header(PromiseCall.field),
            key.isSignature(theirs, of: signed)
        else { return .failure(.unsigned) }
        guard response.status == 200 else {
            try learn(from: response.body)
            return nil
        }
        let decoder = ReportDecoder(member: member, cluster: cluster)
        return decoder.report(from: response.body).map { report in
            var report = report
            report.peers = []
            return report
        }
    }

    private func next(_ request: PromiseRequest) -> PromiseCall {
        let now = UInt64(max(0, clock().nanoseconds))
        let (epoch, sequence) = state.withLock { state in
            state.sequence = max(now, state.sequence + 1)
            return (state.epoch, state.sequence)
        }
        return PromiseCall(
            cluster: cluster, to: member, request: request, epoch: epoch, sequence: sequence)
    }

    private func learn(from body: [UInt8]) throws {
        let told = try JSONDecoder().decode(PromiseRepetition.self, from: Data(body))
        state.withLock { state in
            state.epoch = told.epoch
            state.sequence = max(state.sequence, min(told.last, UInt64(Int64.max) - 1))
        }
    }

    static let path = "/promise"
}
