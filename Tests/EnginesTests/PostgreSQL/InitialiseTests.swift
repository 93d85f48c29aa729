import EngineKit
import Glibc
import PostgreSQLClient
import PostgreSQLTestSupport
import Testing

@testable import Engines
@testable import ReplicationCore

@Suite(
    .enabled(if: ServerProgram.isThere, "PostgreSQL's server is not installed"),
    .oneServerAtATime)
struct InitialiseTests {
    @Test("hostile names and passwords survive initialisation, scripts and clients")
    func hostileNames() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 120)
            var cluster = try TestCluster()
            defer { cluster.remove() }
            // Without the few characters that initdb itself refuses in a role's name.
            let user = "o hara; DROP -- é%s"
            cluster.environment = [
                "POSTGRES_USER": user, "POSTGRES_DB": "my 'db'\\ \"é\"",
                "POSTGRES_PASSWORD": "p'\\ä\" $(id)",
                "POSTGRES_INITDB_ARGS": "--data-checksums  --auth-host=scram-sha-256",
            ]
            let sql = try cluster.folder.folder("sql")
            try DurableFile.write("CREATE TABLE a (b integer);", to: sql + "/1.sql")
            try DurableFile.write("INSERT INTO a VALUES (7);", to: sql + "/2.sql")
            let member = try cluster.member(0, user: user)
            try await member.becomeFirstMaster()
            let client = try await member.client(
                password: "p'\\ä\" $(id)", database: "my 'db'\\ \"é\"")
            #expect(try await client.query("SELECT b FROM a", timeout: .seconds(5)) == [["7"]])
            let checksums = try await client.query("SHOW data_checksums", timeout: .seconds(5))
            #expect(checksums == [["on"]])
            await #expect(throws: PostgreSQLError.self) {
                try await member.client(password: "wrong")
            }
            // The replication account works with its own password, from the password file.
            let other = try cluster.member(1, user: user)
            let id = try #require(await member.engine.inspectDataDirectory()).clusterID
            try await other.engine.clone(
                from: member.donor, ErasurePermit(scope: .nothingOfWorth, clusterID: id))
            // No secret is in any file of the data directory or in a log.
            for text in ["p'\\ä", "it's \\a:secret"] {
                let log = try #require(try DurableFile.readText(member.log))
                #expect(!log.contains(text))
            }
        }
    }

    @Test("nothing is initialised without a password, over data, or under another's permit")
    func refusals() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            var cluster = try TestCluster()
            defer { cluster.remove() }
            let permit = InitialisationPermit(member: "db-0")
            cluster.environment = [:]
            let open = try cluster.member(0)
            await #expect(throws: EngineError.self) { try await open.engine.initialise(permit) }
            cluster.environment = ["POSTGRES_PASSWORD_FILE": "/nonexistent"]
            let member = try cluster.member(0)
            await #expect(throws: EngineError.self) { try await member.engine.initialise(permit) }
            cluster.environment = ["POSTGRES_HOST_AUTH_METHOD": "trust"]
            let trusted = try cluster.member(0)
            await #expect(throws: EngineError.self) {
                try await trusted.engine.initialise(InitialisationPermit(member: "db-1"))
            }
            let data = trusted.settings.dataDirectory
            try Folder.create(data)
            try DurableFile.write("mine", to: data + "/file")
            await #expect(throws: EngineError.self) {
                try await trusted.engine.initialise(permit)
            }
            #expect(try DurableFile.readText(data + "/file") == "mine")
            // Files that are no database are an error, not "empty".
            await #expect(throws: EngineError.self) {
                try await trusted.engine.inspectDataDirectory()
            }
            try Folder.remove(data)
            // An earlier try that was cut off is in nobody's way.
            try Folder.create(data + ".initialising")
            try DurableFile.write("x", to: data + ".initialising/rest")
            let id = try await trusted.engine.initialise(permit)
            #expect(try Folder.status(data + ".initialising") == nil)
            // Not started yet, it is of no worth, and may be made again.
            #expect(try await trusted.engine.initialise(permit) != id)
            try await trusted.engine.prepareStart(as: trusted.voter)
            await #expect(throws: EngineError.self) {
                try await trusted.engine.initialise(permit)
            }
        }
    }

    @Test("the image's own functions run the scripts where the image has them")
    func entrypoint() async {
        await #expect(processExitsWith: .success) {
            OwnProcess.prepare(seconds: 60)
            let cluster = try TestCluster()
            defer { cluster.remove() }
            let base = try cluster.member(0)
            let sql = try cluster.folder.folder("sql")
            try DurableFile.write("CREATE TABLE a (b text);", to: sql + "/1.sql")
            try DurableFile.write("exit 0", to: sql + "/2.sh")
            let entrypoint = cluster.folder.path + "/entrypoint.sh"
            // What it does is that the real one's functions are called, with what they need.
            try DurableFile.write(
                """
                set -Eeo pipefail
                docker_setup_env() { declare -g READY=yes; }
                docker_process_init_files() {
                    test "$READY" = yes
                    for file; do
                        case "$file" in
                            *.sql) psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" \
                                --dbname "$POSTGRES_DB" -f "$file" ;;
                            *) test -f "$PGDATA/PG_VERSION" ;;
                        esac
                    done
                }
                """, to: entrypoint, mode: 0o755)
            var settings = base.settings
            settings.imageEntrypoint = entrypoint
            settings.environment = [
                "POSTGRES_PASSWORD": "x", "POSTGRES_USER": "postgres", "POSTGRES_DB": "mine",
                "UNDERSTUDY_SECRET": "not for them",
            ]
            let engine = try PostgreSQLEngine(settings)
            _ = try await engine.initialise(InitialisationPermit(member: base.name))
            try DurableFile.write("exit 3", to: sql + "/3.sql")
            try DurableFile.write("SELECT 1/0;", to: sql + "/3.sql")
            await #expect(throws: EngineError.self) {
                try await engine.initialise(InitialisationPermit(member: base.name))
            }
            #expect(try Folder.status(settings.dataDirectory + "/PG_VERSION") != nil)
        }
    }
}
