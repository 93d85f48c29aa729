import Logging
import ReplicationCore

/// Says what is waited for when that changes, and now and then again.
struct WaitingLog {
    private struct Said: Hashable {
        var reason: Reason
        var why: String?
    }

    private let logger: Logger
    private var said: Said?
    private var saidAt: Instant?

    init(logger: Logger) {
        self.logger = logger
    }

    /// Says it at that level, with what is known besides the reason.
    mutating func say(
        _ reason: Reason, at level: Logger.Level = .info, because why: String? = nil
    ) {
        let now = MonotonicClock.now()
        let isDue = saidAt.map { now - $0 > AgentLimits.initSaysAgain } ?? true
        let next = Said(reason: reason, why: why)
        guard said != next || isDue else { return }
        said = next
        saidAt = now
        var metadata: Logger.Metadata = ["reason": "\(reason.rawValue)"]
        if let why { metadata["why"] = "\(why)" }
        logger.log(level: level, "waiting", metadata: metadata)
    }
}
