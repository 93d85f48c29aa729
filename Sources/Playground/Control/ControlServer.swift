import FoundationEssentials
import Glibc
import NIOCore
import NIOPosix

/// Listens on the playground's Unix socket: one request and one answer a connection, each a line of
/// JSON. Who may open the socket's folder may command.
final class ControlServer: Sendable {
    private let channel: any Channel

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Listens; each request is answered by the closure. Throws ``PlaygroundError``.
    static func start(
        path: String, group: any EventLoopGroup,
        answer: @escaping @Sendable (ControlRequest) async -> ControlAnswer
    ) async throws(PlaygroundError) -> ControlServer {
        let bootstrap = ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = LineHandler(
                        maximumBytes: Limits.controlMessageBytes,
                        onLine: { line in
                            Task { await respond(to: line, on: channel, answer) }
                        }, onEnd: {})
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        do {
            let channel = try await bootstrap.bind(
                unixDomainSocketPath: path, cleanupExistingSocketFile: true
            ).get()
            chmod(path, 0o600)
            return ControlServer(channel)
        } catch {
            throw PlaygroundError(.unavailable, "Nothing can listen on \(path): \(error).")
        }
    }

    /// Takes no further requests.
    func stop() async { await channel.stopListening() }

    private static func respond(
        to line: String, on channel: any Channel,
        _ answer: @Sendable (ControlRequest) async -> ControlAnswer
    ) async {
        let result: ControlAnswer
        do {
            let request = try JSONDecoder().decode(ControlRequest.self, from: Data(line.utf8))
            result = await answer(request)
        } catch {
            result = .failed(
                code: PlaygroundError.Code.usage.rawValue,
                message: "The playground does not understand this command; it may be of another "
                    + "version. End it and start it anew.")
        }
        do {
            var buffer = ByteBuffer(bytes: try JSONEncoder().encode(result))
            buffer.writeString("\n")
            try await channel.writeAndFlush(buffer)
            try await channel.close()
        } catch {
            // The command did not wait for its answer; nobody is left to tell.
            return
        }
    }
}
