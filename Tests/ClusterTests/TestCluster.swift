import Glibc
import PostgreSQLClient
import ReplicationCore
import Testing

@testable import Playground

/// A real cluster of three members for one test, under load, with an account of every row.
struct TestCluster {
    let process: PlaygroundProcess
    let loaded: LoadedPlayground

    var observer: ClusterObserver { loaded.observer }

    /// What is known at the end.
    struct Result {
        var verdict: Ledger.Verdict
        var spans: WritableSpans

        /// Something was acknowledged, all of it is there and nothing else, and no two members took
        /// writes at once.
        func expectAllHeld(sourceLocation: SourceLocation = #_sourceLocation) {
            #expect(verdict.acknowledged > 0, sourceLocation: sourceLocation)
            #expect(verdict.lost == [], sourceLocation: sourceLocation)
            #expect(verdict.refusedApplied == [], sourceLocation: sourceLocation)
            #expect(verdict.foreign == [], sourceLocation: sourceLocation)
            #expect(spans.conflict == nil, sourceLocation: sourceLocation)
        }
    }

    /// Starts a cluster of the programs beside the test's own, lets the body have its way with it,
    /// and returns what the account says of the table, and who was writable when. Ends the cluster
    /// in any case; its files stay when something went wrong.
    static func run(
        profile: Profile = .default, writers: Int = 1,
        _ body: (TestCluster) async throws -> Void
    ) async throws -> Result {
        let process = try start(in: try PlaygroundProcess.newDirectory(), profile: profile)
        do {
            try await process.waitUntilUp()
            let loaded = try await LoadedPlayground.begin(
                process, probed: true, writers: writers)
            try await body(TestCluster(process: process, loaded: loaded))
            try await loaded.waitForWrites(after: .now)
            await loaded.stopLoad()
            let verdict = try await loaded.verdict()
            let spans = await loaded.probe?.spans ?? WritableSpans()
            try await process.stop()
            if verdict.holds && spans.conflict == nil { try process.remove() }
            return Result(verdict: verdict, spans: spans)
        } catch {
            Console.error("The logs are in \(process.directory.path): \(error)")
            try await process.stop()
            throw error
        }
    }

    /// Runs a statement as superuser on a member.
    func administrate(
        _ member: PlaygroundStatus.Member, _ statement: String
    ) async throws {
        let superuser = loaded.status.superuser
        let connection = try await PostgreSQLConnection.connect(
            PostgreSQLOptions(
                server: .address(member.address, port: member.port, host: nil),
                user: superuser.name, database: "postgres",
                password: FileContents.text(superuser.passwordFile),
                applicationName: "administrator"),
            timeout: Limits.ledgerConnect)
        _ = try await connection.query(statement, timeout: Limits.ledgerRead)
        await connection.close()
    }

    /// What a member's container has said so far.
    func said(_ container: ContainerRole, of member: PlaygroundStatus.Member) -> String {
        let folder = process.directory.member(member.name)
        return FileContents.text(folder.log(of: container.rawValue)) ?? ""
    }

    /// Starts a playground of the programs beside the test's own.
    static func start(
        in directory: PlaygroundDirectory, profile: Profile = .default
    ) throws -> PlaygroundProcess {
        let folder = try ownFolder()
        return try PlaygroundProcess.start(
            in: directory, profile: profile, agentProgram: "\(folder)/understudy",
            program: "\(folder)/understudy-playground")
    }

    /// Deals a blow to the master and returns who it was.
    func strike(_ blow: (String) -> ControlRequest) async throws -> PlaygroundStatus.Member {
        try await observer.waitUntilSettled()
        let master = try await observer.waitForMaster()
        try await loaded.waitForWrites(after: .now)
        _ = try await process.client.send(blow(master.name))
        return master
    }

    private static func ownFolder() throws -> String {
        guard let own = realpath("/proc/self/exe", nil) else {
            throw PlaygroundError(.unexpected, "no /proc")
        }
        defer { free(own) }
        let path = String(cString: own)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
