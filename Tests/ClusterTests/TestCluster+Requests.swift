import FoundationEssentials
import HTTPClient
import NIOPosix
import ReplicationCore

@testable import Playground

/// The annotations by which people ask for something.
enum Asked {
    static let paused = "understudy.dev/paused"
    static let switchover = "understudy.dev/switchover"
    static let forcedPromotion = "understudy.dev/force-promote"
}

extension TestCluster {
    /// Sets an annotation of the Lease, or removes it.
    func annotate(_ key: String, _ value: String?) async throws {
        _ = try await process.client.send(.annotate(key: key, value: value))
    }

    /// Waits until the playground's status is as wanted.
    func wait(
        _ what: String, within limit: Duration = Limits.demoSettled,
        _ isThere: (PlaygroundStatus) -> Bool
    ) async throws {
        try await Waiting.find(what, within: limit) { () async throws(PlaygroundError) -> Void? in
            isThere(try await process.client.status()) ? () : nil
        }
    }

    /// Waits until every member's agent reports what is wanted.
    func waitForReports(
        _ what: String, of members: [PlaygroundStatus.Member],
        _ isThere: (MemberReport) -> Bool
    ) async throws {
        for member in members {
            try await Waiting.find("\(what) at \(member.name)", within: Limits.demoSettled) {
                () async throws(PlaygroundError) -> Void? in
                guard let report = await report(of: member) else { return nil }
                return isThere(report) ? () : nil
            }
        }
    }

    /// What a member's agent says of itself; nil while it says nothing.
    func report(of member: PlaygroundStatus.Member) async -> MemberReport? {
        let connection = HTTPConnection(
            endpoint: HTTPEndpoint(host: member.address, port: PlaygroundOptions.agentPort),
            group: MultiThreadedEventLoopGroup.singleton)
        defer { Task { await connection.close() } }
        do {
            let response = try await connection.send(
                HTTPRequest(path: "/state"), timeout: .seconds(1))
            return try JSONDecoder().decode(MemberReport.self, from: Data(response.body))
        } catch {
            // Whoever asks waits for an agent that answers.
            return nil
        }
    }

    /// The members besides that one.
    func others(than member: PlaygroundStatus.Member) async throws -> [PlaygroundStatus.Member] {
        try await process.client.status().members.filter { $0.name != member.name }
    }
}
