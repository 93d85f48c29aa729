import EngineKit
import Glibc
import PostgreSQLClient
import PostgreSQLTestSupport
import Testing

@testable import Engines
@testable import ReplicationCore

/// A cluster's members on one machine, each with an address of its own.
struct TestCluster {
    let folder: TemporaryFolder
    let network: String
    var environment = ["POSTGRES_PASSWORD": "secret"]
    var replicationPassword = "it's \\a:secret é"
    var members = ["db-0", "db-1", "db-2"]

    init() throws {
        folder = try TemporaryFolder()
        let id = UInt32(getpid())
        network = "127.\(100 + id % 100).\(1 + id / 100 % 250)"
    }

    func member(_ ordinal: Int, user: String = "postgres") throws -> TestMember {
        try TestMember(self, ordinal, user: user)
    }

    func remove() { folder.remove() }
}

/// One member: its engine, and its server as a kubelet would run it.
final class TestMember {
    let name: String
    let user: String
    let address: String
    let port = 5432
    let settings: EngineSettings
    let engine: PostgreSQLEngine
    var incarnation = Incarnation.random()
    var server: ServerProcess?
    let log: String

    init(_ cluster: TestCluster, _ ordinal: Int, user: String) throws {
        name = cluster.members[ordinal]
        self.user = user
        address = "\(cluster.network).\(ordinal + 1)"
        let volume = try cluster.folder.folder("v\(ordinal)")
        let secrets = try cluster.folder.folder("secrets")
        try DurableFile.write(
            cluster.replicationPassword + "\n", to: secrets + "/replication-password")
        log = cluster.folder.path + "/log\(ordinal)"
        settings = EngineSettings(
            member: name, ordinal: ordinal, cluster: "db", members: cluster.members,
            volume: volume, dataDirectory: volume + "/pgdata",
            runtimeDirectory: try cluster.folder.folder("r\(ordinal)"),
            socketDirectory: try cluster.folder.folder("s\(ordinal)"),
            secretsDirectory: secrets, programDirectory: ServerProgram.directory,
            databaseAddress: address, databasePort: port, timing: Profile.default.timing,
            mode: .quorum, environment: cluster.environment,
            imageEntrypoint: "/nonexistent", initialisationDirectory: cluster.folder.path + "/sql")
        engine = try PostgreSQLEngine(settings)
    }

    var voter: Voter { Voter(member: name, incarnation: incarnation) }
    var donor: Donor { Donor(member: name, host: address, port: port) }

    /// A second engine on the same files, as after the agent's restart.
    func restartedAgent() throws -> PostgreSQLEngine { try PostgreSQLEngine(settings) }

    /// As init and the kubelet do it.
    func start() async throws {
        try await engine.prepareStart(as: voter)
        try launch()
    }

    /// As the kubelet alone does it.
    func launch(_ arguments: [String] = []) throws {
        server = try ServerProcess(
            ServerProgram.path("postgres"),
            [
                "-D", settings.dataDirectory, "-c",
                "config_file=\(settings.runtimeDirectory)/postgresql.conf",
            ] + arguments, log: log)
    }

    func crash() async throws {
        try await server?.crash()
        server = nil
    }

    func shutDown() async throws {
        server?.signal(SIGINT)
        try await server?.waitForEnd()
        server = nil
    }

    func promotionPermit(_ synchronous: SynchronousSet = .empty) -> PromotionPermit {
        PromotionPermit(
            term: 1, voter: voter, synchronous: synchronous,
            validUntil: Instant(nanoseconds: .max))
    }

    /// From nothing to an open master.
    func becomeFirstMaster() async throws {
        _ = try await engine.initialise(InitialisationPermit(member: name))
        try await start()
        try await standby("runs")
        try await engine.promote(promotionPermit())
        try await engine.prepareFollowers(["db-1"])
        try await engine.setAccess(.open)
        try await primary("open") { $0.access == .open }
    }

    /// Waits for an observation of a standby that is as wanted.
    @discardableResult
    func standby(
        _ what: String, within timeout: Duration = .seconds(20),
        where condition: (StandbyObservation) -> Bool = { _ in true }
    ) async throws -> StandbyObservation {
        try await observed(what, within: timeout) { seen in
            guard case .standby(let standby) = seen, condition(standby) else { return nil }
            return standby
        }
    }

    /// Waits for an observation of a primary that is as wanted.
    @discardableResult
    func primary(
        _ what: String, within timeout: Duration = .seconds(20),
        where condition: (PrimaryObservation) -> Bool = { _ in true }
    ) async throws -> PrimaryObservation {
        try await observed(what, within: timeout) { seen in
            guard case .primary(let primary) = seen, condition(primary) else { return nil }
            return primary
        }
    }

    private func observed<Wanted>(
        _ what: String, within timeout: Duration, _ pick: (DatabaseObservation) -> Wanted?
    ) async throws -> Wanted {
        var last: DatabaseObservation = .unknown
        var wanted: Wanted?
        do {
            try await eventually(what, within: timeout) {
                last = await engine.observe()
                wanted = pick(last)
                return wanted != nil
            }
        } catch {
            throw ServerProcess.Failure(description: "\(name): \(error); last seen: \(last)")
        }
        guard let wanted else { throw ServerProcess.Failure(description: what) }
        return wanted
    }

    /// A client's session over TCP.
    func client(
        user: String? = nil, password: String = "secret", database: String = "postgres"
    ) async throws -> PostgreSQLConnection {
        try await PostgreSQLConnection.connect(
            PostgreSQLOptions(
                server: .address(address, port: port, host: nil), user: user ?? self.user,
                database: database, password: password, applicationName: "client"),
            timeout: .seconds(5))
    }

    /// Runs statements as a client.
    @discardableResult
    func run(_ statement: String) async throws -> [[String?]] {
        let connection = try await client()
        let rows = try await connection.query(statement, timeout: .seconds(20))
        await connection.close()
        return rows
    }
}
