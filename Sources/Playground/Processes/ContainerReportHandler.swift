import Glibc
import NIOCore

/// Turns the lines of a container's process 1 into two promises.
struct ContainerReportHandler: Sendable {
    /// The main process's id, or why there is none.
    let started: EventLoopPromise<pid_t>
    /// How the main process ended; always kept, at the latest when the pipe ends.
    let ended: EventLoopPromise<ContainerExit>

    /// The process cannot be started, or does not say so.
    func fail(_ reason: String) {
        started.fail(PlaygroundError(.unavailable, reason))
    }

    /// The channel handler that keeps the promises.
    func makeHandler() -> LineHandler {
        LineHandler(
            maximumBytes: Limits.reportLineBytes,
            onLine: { line in
                switch ContainerReport(line: line) {
                case .started(let pid): started.succeed(pid)
                case .failed(let reason): fail(reason)
                case .ended(let exit): ended.succeed(exit)
                case nil: break
                }
            },
            onEnd: {
                fail("its process 1 ended without a word")
                ended.succeed(.lost)
            })
    }
}
