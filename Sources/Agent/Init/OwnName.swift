import EngineKit
import Synchronization

/// Looks whether the member's own name resolves. Peers' names appear only with their Pods; but the
/// own Pod is there, so its name must resolve soon, or no member will ever find another.
final class OwnName: Sendable {
    private let host: String
    private let service: String
    private let limit: Duration
    private let failure = Mutex<String?>(nil)

    init(host: String, service: String, limit: Duration) {
        self.host = host
        self.service = service
        self.limit = limit
    }

    /// Why it does not resolve and what to do, once it has not for the whole limit.
    var problem: String? { failure.withLock { $0 } }

    /// Looks until the name resolves or the task is cancelled.
    func watch() async {
        let deadline = ContinuousClock.now + limit
        while !Task.isCancelled {
            do throws(EngineError) {
                _ = try await HostResolver.addresses(of: host, timeout: AgentLimits.nameLookup)
                return failure.withLock { $0 = nil }
            } catch {
                if ContinuousClock.now >= deadline { fail(error) }
            }
            do {
                try await Task.sleep(for: AgentLimits.namePause)
            } catch {
                return
            }
        }
    }

    private func fail(_ error: EngineError) {
        let sentence =
            "this member's own name \(host) has not resolved for \(limit) (\(error.message)), so "
            + "that no member can find another: peer-address must be right, and there must be a "
            + "headless Service named \(service), as the key service says, that selects these Pods "
            + "and has publishNotReadyAddresses"
        failure.withLock { $0 = sentence }
    }
}
