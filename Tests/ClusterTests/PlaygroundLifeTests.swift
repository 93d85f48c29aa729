import Glibc
import Testing

@testable import Playground

extension ClusterTests {
    /// The playground as a program: that nothing stays when it ends in whatever way, and what it
    /// says when it cannot start.
    @Suite("a playground", .timeLimit(.minutes(2)))
    struct PlaygroundLifeTests {
        @Test("leaves nothing running when it is killed itself")
        func killed() async throws {
            let process = try TestCluster.start(in: try PlaygroundProcess.newDirectory())
            try await process.waitUntilUp()
            let family = try #require(self.family(of: process))
            // Three members with agent, database, their process 1 each, and the server's children.
            #expect(family.count > 12)
            kill(family[0].pid, SIGKILL)
            try await expectEnd(of: family)
            try await process.stop()
            try process.remove()
        }

        @Test("leaves nothing running after down, and goes on with its volumes after up")
        func down() async throws {
            let directory = try PlaygroundProcess.newDirectory()
            var process = try TestCluster.start(in: directory)
            try await process.waitUntilUp()
            let family = try #require(self.family(of: process))
            var loaded = try await LoadedPlayground.begin(process, probed: false)
            try await loaded.waitForWrites(after: .now)
            await loaded.stopLoad()
            try await process.stop()
            try await expectEnd(of: family)

            process = try TestCluster.start(in: directory)
            try await process.waitUntilUp()
            loaded = try await LoadedPlayground.begin(process, probed: false)
            await loaded.stopLoad()
            let master = try await loaded.observer.waitForMaster()
            #expect(try await loaded.numbers(at: master.address).contains(1))
            try await process.stop()
            try process.remove()
        }

        @Test("says in a sentence that a port is in use")
        func port() async throws {
            let directory = try PlaygroundProcess.newDirectory()
            let other = try listen(on: AddressPlan(directory: directory.path).member(1))
            defer { close(other) }
            let process = try TestCluster.start(in: directory)
            await #expect(throws: PlaygroundError.self) { try await process.waitUntilUp() }
            let said = FileContents.text(process.logFile) ?? ""
            #expect(said.contains("for the database of db-1, is in use by another program"))
            try await process.stop()
            try process.remove()
        }

        @Test("says in a sentence that another one runs in its directory")
        func twice() async throws {
            let directory = try PlaygroundProcess.newDirectory()
            let first = try TestCluster.start(in: directory)
            try await Waiting.find("the first", within: Limits.up) {
                () async throws(PlaygroundError) -> Void? in
                await first.client.isAnswered() ? () : nil
            }
            let second = try TestCluster.start(in: directory)
            try await Waiting.find("the sentence", within: Limits.up) {
                () async throws(PlaygroundError) -> Void? in
                let said = FileContents.text(second.logFile) ?? ""
                return said.contains("is running in \(directory.path) already") ? () : nil
            }
            try await first.stop()
            try await second.stop()
            try first.remove()
        }

        /// The playground's process first, then all that it has started.
        private func family(of process: PlaygroundProcess) -> [ProcessTable.Entry]? {
            let all = ProcessTable.all()
            let playground = all.first { entry in
                let line = FileContents.read("/proc/\(entry.pid)/cmdline") ?? []
                let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                return words.dropFirst().first == "up" && words.contains(process.directory.path)
            }
            return playground.map { [$0] + ProcessTable.descendants(of: $0.pid, in: all) }
        }

        private func expectEnd(of family: [ProcessTable.Entry]) async throws {
            try await Waiting.find("the end of all processes", within: Limits.processEnd) {
                () async throws(PlaygroundError) -> Void? in
                let living = family.filter { old in
                    let now = ProcessTable.entry(of: old.pid)
                    return now?.startTime == old.startTime && now?.isZombie == false
                }
                return living.isEmpty ? () : nil
            }
        }

        private func listen(on host: String) throws -> Int32 {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(5432).bigEndian
            inet_pton(AF_INET, host, &address.sin_addr)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0, Glibc.listen(descriptor, 1) == 0 else {
                throw PlaygroundError(.unexpected, "The test cannot listen.")
            }
            return descriptor
        }
    }
}
