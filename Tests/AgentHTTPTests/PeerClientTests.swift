import FoundationEssentials
import NIOCore
import NIOPosix
import ReplicationCore
import Testing

@testable import AgentHTTP

@Suite struct PeerClientTests {
    private func client(
        _ port: Int, member: String? = "db-1", cluster: String? = "db",
        timeout: Duration = .seconds(30)
    ) -> PeerClient {
        PeerClient(
            host: "127.0.0.1", port: port,
            decoder: ReportDecoder(member: member, cluster: cluster), timeout: timeout,
            group: MultiThreadedEventLoopGroup.singleton)
    }

    @Test("a peer's report arrives as it was published, without its own peers unless wanted")
    func report() async throws {
        var health = Fixture.replica()
        health.report.peers = [Fixture.member("db-0")]
        try await withServer(health) { server in
            let client = client(server.port)
            #expect(await client.report(keepingPeers: true) == .success(health.report))
            health.report.peers = []
            #expect(await client.report() == .success(health.report))
            await client.close()
        }
    }

    @Test("another member or cluster at the address is a stranger")
    func stranger() async throws {
        try await withServer { server in
            for client in [
                client(server.port, member: "db-2"), client(server.port, cluster: "other"),
            ] {
                guard case .failure(.stranger) = await client.report() else {
                    Issue.record("a stranger was taken for the peer")
                    continue
                }
            }
            #expect(
                await client(server.port, member: nil, cluster: nil).report()
                    == .success(Fixture.member()))
        }
    }

    @Test("a peer that never answers is unreachable when the time is over")
    func silent() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        guard
            case .failure(.unreachable) = await client(port, timeout: .milliseconds(50)).report()
        else {
            Issue.record("nobody answered")
            return
        }
        try await listener.close()
    }

    @Test("what answers with another status or too much is an error", arguments: [404, 503])
    func refused(status: Int) async throws {
        try await withAnswer("HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n") { port in
            #expect(await client(port).report() == .failure(.refused(status: status)))
        }
    }

    @Test("an answer without end is given up")
    func endless() async throws {
        let flood = String(repeating: " ", count: Limits.reportBytes + 1)
        let answers = [
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n\(flood)",
            "HTTP/1.1 200 OK\r\n\r\n\(flood)", "HTTP/1.1 200 OK\r\nA: \(flood)",
            "nonsense\r\n\r\n", "",
        ]
        for answer in answers {
            try await withAnswer(answer) { port in
                guard case .failure(.unreachable) = await client(port).report() else {
                    Issue.record("the answer was taken")
                    return
                }
            }
        }
    }

    @Test("a peer that is not there is unreachable, within the time")
    func absent() async throws {
        let port = try await withServer { $0.port }
        guard case .failure(.unreachable) = await client(port).report() else {
            Issue.record("nobody answered")
            return
        }
    }
}

@Suite struct ReportDecoderTests {
    private let decoder = ReportDecoder(member: "db-1", cluster: "db")

    private static func bytes(_ change: (inout MemberReport) -> Void) -> [UInt8] {
        var report = Fixture.member()
        change(&report)
        do {
            return Array(try JSONEncoder().encode(report))
        } catch {
            Issue.record("\(error)")
            return []
        }
    }

    private func isMalformed(_ bytes: [UInt8]) -> Bool {
        guard case .failure(.malformed) = decoder.report(from: bytes) else { return false }
        return true
    }

    @Test("members of the JSON that nobody knows are skipped")
    func lenient() {
        let text = String(decoding: ReportDecoderTests.bytes { _ in }, as: UTF8.self)
        let newer = "{\"later\":{\"x\":[1,null]}," + text.dropFirst()
        #expect(decoder.report(from: Array(newer.utf8)) == .success(Fixture.member()))
    }

    @Test(
        "what is not a report is an error",
        arguments: [
            "", " ", "null", "{}", "[]", "0", "{\"member\":", "\u{feff}{}", "nonsense", "\0\0\0",
            "{\"member\":\"db-1\",\"member\":1}", "{\"ordinal\":1e999}",
        ])
    func nonsense(text: String) {
        #expect(isMalformed(Array(text.utf8)))
    }

    @Test("brackets without end are refused before they are decoded")
    func deep() {
        #expect(isMalformed(Array(repeating: UInt8(ascii: "["), count: 250_000)))
        let peers = String(repeating: "{\"peers\":[", count: 20_000)
        #expect(isMalformed(Array(peers.utf8)))
        let text = String(decoding: ReportDecoderTests.bytes { _ in }, as: UTF8.self)
        let harmless = "{\"x\":\"\(String(repeating: "[{\\\"", count: 999))\"," + text.dropFirst()
        #expect(decoder.report(from: Array(harmless.utf8)) == .success(Fixture.member()))
    }

    @Test("every cut and every changed byte of a report is a value or an error, never a crash")
    func mutations() {
        let whole = ReportDecoderTests.bytes { $0.peers = [Fixture.member("db-0")] }
        for length in stride(from: 0, to: whole.count, by: 7) {
            #expect(isMalformed(Array(whole.prefix(length))))
        }
        var numbers = SplitMix(seed: 11)
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let index = Int.random(in: 0..<bytes.count, using: &numbers)
                bytes[index] = UInt8.random(in: 0...255, using: &numbers)
            }
            _ = decoder.report(from: bytes)
        }
    }

    @Test("numbers with which no sum can be made are refused")
    func extremes() {
        let changes: [(inout MemberReport) -> Void] = [
            { $0.ordinal = -1 }, { $0.ordinal = .max }, { $0.lease.term = -1 },
            { $0.lease.term = .max }, { $0.lease.remainingMilliseconds = .min },
            { $0.position?.position.offset = .max }, { $0.position?.followedTerm = .max },
            { $0.member = "" }, { $0.member = "db\n1" },
            { $0.podUID = String(repeating: "u", count: 300) },
            { $0.lease.record?.synchronous.required = 2 },
            { $0.lease.record?.synchronous.required = -1 },
            { $0.peers = [Fixture.member("db-0", peers: [Fixture.member("db-2")])] },
            { $0.peers = (0..<100).map { Fixture.member("db-\($0)") } },
            { report in
                report.peers = [Fixture.member("db-0")]
                report.peers[0].lease.term = .max
            },
            {
                $0.directory = .complete(
                    MemberState(
                        clusterID: nil, incarnation: "i", promisedTerm: .max, step: .complete))
            },
        ]
        for (index, change) in changes.enumerated() {
            #expect(isMalformed(ReportDecoderTests.bytes(change)), "change \(index)")
        }
    }
}
