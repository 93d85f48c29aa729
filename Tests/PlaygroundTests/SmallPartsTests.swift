import Testing

@testable import Playground

@Suite("small parts")
struct SmallPartsTests {
    @Test("a container is restarted at once, then ever later, and at once again after a long run")
    func backoff() {
        var backoff = Backoff()
        let waits = (0..<7).map { _ in backoff.delay(afterRunningFor: .seconds(1)) }
        #expect(waits == [0, 1, 2, 4, 8, 10, 10].map { .seconds($0) })
        #expect(backoff.delay(afterRunningFor: .seconds(60)) == .zero)
    }

    @Test(
        "what a container's process 1 reports survives the pipe",
        arguments: [
            ContainerReport.started(12), .failed("no such file"), .ended(.exited(88)),
            .ended(.signalled(9)), .ended(.lost),
        ])
    func report(_ report: ContainerReport) {
        #expect(ContainerReport(line: report.line) == report)
    }

    @Test("what is no report is none", arguments: ["", "started", "exited x", "hello 1"])
    func noReport(_ line: String) {
        #expect(ContainerReport(line: line) == nil)
    }

    @Test("a process is told by its line in /proc, whatever its name holds")
    func process() {
        let line =
            "42 (a (b) c) S 7 42 42 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 12345 100 200"
        let entry = ProcessTable.parse(line)
        #expect(entry?.pid == 42)
        #expect(entry?.parent == 7)
        #expect(entry?.startTime == 12345)
        #expect(entry?.name == "a (b) c")
        #expect(entry?.isZombie == false)
        #expect(ProcessTable.parse("nonsense") == nil)
    }

    @Test("a pid or role that is not there is null in ps")
    func nulls() throws {
        let status = PlaygroundStatus(
            cluster: "db", engine: "postgresql",
            api: .init(url: "https://127.1.1.200:6443", caFile: "/a", tokenFile: "/b"),
            services: .init(master: "127.1.1.201:5432", replicas: "127.1.1.202:5432"),
            superuser: .init(name: "postgres", passwordFile: "/c"),
            lease: .init(holder: "", term: 0, renewTime: "", voters: [], annotations: [:]),
            members: [
                .init(
                    name: "db-0", ordinal: 0, address: "127.1.1.1", port: 5432,
                    agent: "127.1.1.1:8009", databasePid: nil, agentPid: nil, role: nil,
                    state: "starting", directory: "/d", ready: false, restarts: 0)
            ])
        let text = try status.json()
        for key in ["databasePid", "agentPid", "role"] {
            #expect(text.contains("\"\(key)\" : null"))
        }
    }

    @Test("a figure is the median, and met up to its target")
    func figure() {
        var figure = Figure(
            name: "start", unit: .seconds, samples: [9, 30, 8.5, 10, 7], target: 10, patroni: "-")
        #expect(figure.median == 9)
        #expect(figure.isMet)
        figure.samples = []
        #expect(!figure.isMet)
    }

    @Test("times read as people write them")
    func times() {
        #expect(Text.seconds(.milliseconds(45)) == "45 ms")
        #expect(Text.seconds(.milliseconds(1849)) == "1.8 s")
        #expect(Text.seconds(.milliseconds(15_960)) == "16.0 s")
    }
}
