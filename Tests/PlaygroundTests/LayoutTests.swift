import ReplicationCore
import Testing

@testable import Playground

@Suite("a playground's layout")
struct LayoutTests {
    private func options(
        directory: String = "/tmp/a", members: Int = 3, cluster: String = "db", port: Int? = nil
    ) -> PlaygroundOptions {
        PlaygroundOptions(
            engine: .postgresql, members: members, profile: .default, mode: .quorum,
            directory: directory, cluster: cluster, databasePort: port)
    }

    @Test("gives each directory a network of its own, the same each time, and never 127.0")
    func networks() {
        let prefixes = (0..<200).map { AddressPlan(directory: "/tmp/\($0)").prefix }
        #expect(Set(prefixes).count > 190)
        #expect(prefixes.allSatisfy { $0.hasPrefix("127.") && !$0.hasPrefix("127.0.") })
        #expect(AddressPlan(directory: "/tmp/7").prefix == prefixes[7])
    }

    @Test("is refused with all that is wrong, in sentences")
    func problems() {
        #expect(options().problems == [])
        let wrong = options(
            directory: "/tmp/" + String(repeating: "a", count: 100), members: 0, cluster: "Db",
            port: 70000)
        #expect(wrong.problems.count == 4)
        #expect(wrong.problems.allSatisfy { $0.hasSuffix(".") })
    }

    @Test("has one name for one folder")
    func absolute() throws {
        let folder = try TestFolder()
        let path = PlaygroundDirectory.absolute(folder.path)
        #expect(PlaygroundDirectory.absolute(folder.path + "/../" + lastPart(path)) == path)
        #expect(PlaygroundDirectory.absolute(folder.path + "/new/deep") == path + "/new/deep")
    }

    @Test("tells agent and init what a Pod template would")
    func environment() {
        let template = MemberTemplate(
            options: options(), directory: PlaygroundDirectory(path: "/tmp/a"),
            addresses: AddressPlan(directory: "/tmp/a"),
            programs: Programs(playground: "/p", agent: "/bin/understudy"),
            engineDirectory: "/usr/lib/postgresql/15/bin")
        let member = template.member(1)
        let pod = PodRecord(
            name: "db-1", ordinal: 1, uid: "u", address: member.address, node: "node-1",
            cluster: "db")
        let agent = member.container(.agent, of: pod)
        let prefix = AddressPlan(directory: "/tmp/a").prefix
        #expect(agent?.arguments == ["run"])
        #expect(agent?.environment["UNDERSTUDY_PEER_ADDRESS"] == "\(prefix).{ordinal+1}")
        #expect(agent?.environment["UNDERSTUDY_VOLUME"] == "/tmp/a/db-1/volume")
        #expect(agent?.environment["POD_UID"] == "u")
        #expect(agent?.environment["POD_IP"] == "\(prefix).2")
        #expect(agent?.environment["KUBERNETES_SERVICE_HOST"] == "\(prefix).200")
        let database = member.container(.database, of: pod)
        #expect(
            database?.arguments == [
                "-D", "/tmp/a/db-1/volume/pgdata", "-c",
                "config_file=/tmp/a/db-1/run/postgresql.conf",
            ])
        #expect(database?.environment["UNDERSTUDY_VOLUME"] == nil)
    }

    @Test("makes its secrets once, for its owner alone")
    func secrets() throws {
        let folder = try TestFolder()
        let directory = PlaygroundDirectory(path: folder.path)
        try Secrets.prepare(in: directory)
        let first = FileContents.text(directory.superuserPasswordFile)
        #expect(first?.count == 48)
        try Secrets.prepare(in: directory)
        #expect(FileContents.text(directory.superuserPasswordFile) == first)
        #expect(FileContents.text("\(directory.secrets)/agent-key") != first)
    }

    @Test("knows that another playground holds its directory")
    func lock() throws {
        let folder = try TestFolder()
        let directory = PlaygroundDirectory(path: folder.path)
        #expect(!DirectoryLock.isHeld(directory))
        do {
            let lock = try DirectoryLock(directory)
            #expect(DirectoryLock.isHeld(directory))
            #expect(throws: PlaygroundError.self) { _ = try DirectoryLock(directory) }
            withExtendedLifetime(lock) {}
        }
        #expect(!DirectoryLock.isHeld(directory))
    }

    private func lastPart(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }
}
