import Synchronization

@testable import Playground

/// An agent's answers, and the questions that it was asked.
final class FakeAgent: AgentProbe {
    struct Contents {
        var isReady = true
        var isDatabaseAlive = true
        var asked: [String] = []
    }

    private let contents = Mutex(Contents())

    var asked: [String] { contents.withLock { $0.asked } }

    func answer(_ change: (inout Contents) -> Void) {
        contents.withLock { change(&$0) }
    }

    func get(_ path: String, timeout: Duration) async -> Bool {
        contents.withLock {
            $0.asked.append(path)
            switch path {
            case "/ready": return $0.isReady
            case "/database/alive": return $0.isDatabaseAlive
            default: return true
            }
        }
    }
}
