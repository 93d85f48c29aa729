import Glibc
import NIOCore

/// A running container, or one that has ended.
struct ContainerProcess: Sendable {
    let name: String
    /// The main process's number, which may be another's once ``exit`` is known.
    let pid: pid_t
    private let channel: any Channel
    /// Known once the main process and all that it started are gone.
    private let exit: EventLoopFuture<ContainerExit>

    init(name: String, pid: pid_t, channel: any Channel, exit: EventLoopFuture<ContainerExit>) {
        self.name = name
        self.pid = pid
        self.channel = channel
        self.exit = exit
    }

    /// Sends a signal to the main process, if it still runs.
    func send(signal: Int32) {
        let line = ByteBuffer(string: "signal \(signal)\n")
        channel.writeAndFlush(line, promise: nil)
    }

    /// How it ended, as soon as it has.
    func waitForExit() async -> ContainerExit {
        do {
            return try await exit.get()
        } catch {
            // The promise is only ever kept; NIO fails it if the event loop itself is shut down.
            return .lost
        }
    }

    /// How it ended, or nil when it still runs after that time.
    func waitForExit(timeout: Duration) async -> ContainerExit? {
        let first = channel.eventLoop.makePromise(of: ContainerExit?.self)
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            first.succeed(nil)
        }
        exit.whenComplete { result in
            alarm.cancel()
            switch result {
            case .success(let exit): first.succeed(exit)
            case .failure: first.succeed(.lost)
            }
        }
        do {
            return try await first.futureResult.get()
        } catch {
            return .lost
        }
    }

    /// Ends it: the signal, then SIGKILL if it still runs after the grace.
    @discardableResult
    func end(signal: Int32, grace: Duration) async -> ContainerExit {
        send(signal: signal)
        if let exit = await waitForExit(timeout: grace) { return exit }
        send(signal: SIGKILL)
        return await waitForExit()
    }
}
