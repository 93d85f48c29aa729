import NIOCore
import NIOPosix
import ReplicationCore
import Synchronization

@testable import AgentHTTP

/// Reports to publish, and a clock that a test moves by hand.
enum Fixture {
    static func member(
        _ name: String = "db-1", reasons: [Reason] = [], peers: [MemberReport] = []
    ) -> MemberReport {
        MemberReport(
            member: name, ordinal: 1, podUID: "uid-1", cluster: "db", engine: "postgresql",
            status: .replica, role: .replica,
            directory: .complete(
                MemberState(clusterID: "7", incarnation: "abc", step: .complete)),
            database: .standby(
                StandbyObservation(
                    clusterID: "7", position: Position(branch: 1, offset: 4096), isFinal: false,
                    upstream: "db-0", isStreaming: true, lagMilliseconds: 3)),
            position: TermPosition(
                followedTerm: 7, position: Position(branch: 1, offset: 4096)),
            lease: LeaseReport(
                isReachable: true, isKnown: true, holder: "db-0", holderIdentity: "db-0_uid-0",
                term: 7, remainingMilliseconds: 9000,
                record: ClusterRecord(
                    clusterID: "7", initialisation: .done, mode: .quorum,
                    synchronous: SynchronousSet(
                        voters: [Voter(member: "db-1", incarnation: "abc")], required: 1))),
            candidacy: .ineligible([.leaseHeldByOther]), reasons: reasons, isTerminating: false,
            peers: peers)
    }

    static func replica(lagBytes: UInt64? = 0, reasons: [Reason] = []) -> HealthReport {
        HealthReport(
            loopRanAt: .start, isReady: true, databaseMayLiveUntil: nil, isDatabaseRunning: true,
            role: .replica, masterUntil: nil, lagBytes: lagBytes, report: member(reasons: reasons))
    }

    /// A master whose Lease is good for seven seconds.
    static func master() -> HealthReport {
        var report = replica()
        report.role = .master
        report.masterUntil = .start + .seconds(7)
        report.databaseMayLiveUntil = .start + .seconds(7)
        return report
    }

    static func joining() -> HealthReport {
        HealthReport(
            loopRanAt: .start, isReady: false, databaseMayLiveUntil: nil,
            isDatabaseRunning: false, role: nil, masterUntil: nil, lagBytes: nil,
            report: member(reasons: [.noDonor]))
    }
}

extension Instant {
    static let start = Instant(nanoseconds: 1_000_000_000)
}

/// A clock that stands still unless it is told to move.
final class HandClock: Sendable {
    private let instant = Mutex(Instant.start)

    var now: Instant { instant.withLock { $0 } }

    func advance(by duration: Duration) {
        instant.withLock { $0 = $0 + duration }
    }
}

/// A running server with its board and its clock.
struct TestServer {
    let board: HealthBoard
    let clock: HandClock
    let server: AgentServer

    var port: Int { server.port }
}

/// Runs a server for as long as the body runs.
func withServer<Result>(
    _ first: HealthReport = Fixture.replica(),
    times: ServerTimes = ServerTimes(),
    prestopLimit: TimeAmount = .seconds(30),
    prestop: @escaping @Sendable () async -> Void = {},
    promise: PromiseService = PromiseService(key: AgentKey("key")) { _ in },
    _ body: (TestServer) async throws -> Result
) async throws -> Result {
    let board = HealthBoard(first)
    let clock = HandClock()
    let server = try await AgentServer.start(
        address: "127.0.0.1", port: 0,
        responder: Responder(board: board, clock: { clock.now }),
        prestop: PrestopCall.Settings(limit: prestopLimit, handler: prestop),
        promise: promise, times: times,
        on: MultiThreadedEventLoopGroup.singleton.any())
    do {
        let result = try await body(TestServer(board: board, clock: clock, server: server))
        await server.close()
        return result
    } catch {
        await server.close()
        throw error
    }
}
