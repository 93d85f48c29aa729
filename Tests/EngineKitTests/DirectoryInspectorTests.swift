import ReplicationCore
import Testing

@testable import EngineKit

@Suite struct DirectoryInspectorTests {
    static let stopped = StoppedDatabase(
        clusterID: "7301", isClean: true, wasPrimary: true,
        position: Position(branch: 1, offset: 100))

    static func state(_ step: DirectoryStep, id: String? = "7301") -> MemberState {
        MemberState(clusterID: id, incarnation: "00000000000000aa", step: step)
    }

    @Test("nothing is empty but a volume without state and without data")
    func empty() {
        #expect(DirectoryInspector.classify(.absent, nil) == .empty)
        let readings: [MemberStateFile.Reading] =
            [.unreadable("torn")] + DirectoryStep.allCases.map { .state(Self.state($0)) }
        for reading in readings {
            #expect(DirectoryInspector.classify(reading, nil) != .empty)
            let problem = EngineError(.unsupported, "strange")
            #expect(DirectoryInspector.classify(reading, problem: problem) != .empty)
        }
        let problem = EngineError(.fileSystem, "no right to look")
        #expect(DirectoryInspector.classify(.absent, problem: problem) == .unmarked(clusterID: nil))
    }

    @Test("data without our state is unmarked, with its cluster's id")
    func unmarked() {
        #expect(
            DirectoryInspector.classify(.absent, Self.stopped) == .unmarked(clusterID: "7301"))
    }

    @Test("unfinished work is unfinished, whatever lies beside it")
    func unfinished() {
        for step in [DirectoryStep.initialising, .cloning, .rewinding] {
            let state = Self.state(step, id: nil)
            #expect(DirectoryInspector.classify(.state(state), nil) == .unfinished(state))
            #expect(DirectoryInspector.classify(.state(state), Self.stopped) == .unfinished(state))
        }
    }

    @Test("complete data must be there, and of the cluster that the state names")
    func complete() {
        let state = Self.state(.complete)
        #expect(DirectoryInspector.classify(.state(state), Self.stopped) == .complete(state))
        for finding in [
            DirectoryInspector.classify(.state(state), nil),
            DirectoryInspector.classify(.state(Self.state(.complete, id: "99")), Self.stopped),
        ] {
            guard case .unreadable = finding else {
                Issue.record("\(finding)")
                continue
            }
        }
    }
}
