import FoundationEssentials
import NIOCore
import NIOPosix

/// Speaks to the playground that runs in a folder.
public struct ControlClient: Sendable {
    private let directory: PlaygroundDirectory

    /// A client for the playground in that folder.
    public init(_ directory: PlaygroundDirectory) {
        self.directory = directory
    }

    /// Sends one request and returns its answer. Throws ``PlaygroundError``: what the playground
    /// refused, or that none runs there.
    public func send(
        _ request: ControlRequest, timeout: Duration = Limits.controlAnswer
    ) async throws(PlaygroundError) -> ControlAnswer {
        guard FileTree.exists(directory.controlSocket) else { throw noPlayground }
        let group = MultiThreadedEventLoopGroup.singleton
        let line = group.next().makePromise(of: String.self)
        let channel: any Channel
        do {
            channel = try await ClientBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let handler = LineHandler(
                            maximumBytes: Limits.controlMessageBytes,
                            onLine: { line.succeed($0) },
                            onEnd: { line.fail(ChannelError.eof) })
                        try channel.pipeline.syncOperations.addHandler(handler)
                    }
                }
                .connect(unixDomainSocketPath: directory.controlSocket).get()
        } catch {
            line.fail(error)
            throw noPlayground
        }
        let alarm = channel.eventLoop.scheduleTask(in: TimeAmount(timeout)) {
            line.fail(ChannelError.connectTimeout(TimeAmount(timeout)))
        }
        let answer: ControlAnswer
        do {
            var buffer = ByteBuffer(bytes: try JSONEncoder().encode(request))
            buffer.writeString("\n")
            try await channel.writeAndFlush(buffer)
            let text = try await line.futureResult.get()
            alarm.cancel()
            channel.close(promise: nil)
            answer = try JSONDecoder().decode(ControlAnswer.self, from: Data(text.utf8))
        } catch {
            channel.close(promise: nil)
            throw PlaygroundError(
                .temporary,
                "The playground in \(directory.path) did not answer within \(timeout): \(error).")
        }
        if case .failed(let code, let message) = answer {
            throw PlaygroundError(PlaygroundError.Code(rawValue: code) ?? .unexpected, message)
        }
        return answer
    }

    /// Whether a playground answers there.
    func isAnswered() async -> Bool {
        do {
            _ = try await status()
            return true
        } catch {
            return false
        }
    }

    /// What there is. Throws ``PlaygroundError``.
    public func status() async throws(PlaygroundError) -> PlaygroundStatus {
        let answer = try await send(.status)
        guard case .status(let status) = answer else {
            throw PlaygroundError(.unexpected, "The playground answered something else.")
        }
        return status
    }

    private var noPlayground: PlaygroundError {
        PlaygroundError(
            .unavailable,
            "No playground runs in \(directory.path). Start one with `understudy playground up`, "
                + "or name its folder with --directory.")
    }
}
