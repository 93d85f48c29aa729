public import NIOCore
import Synchronization

/// A kept connection to one server, one request at a time. It connects when it is first needed and
/// again after it was lost; a lost connection that was not in use costs nobody an error.
public final class HTTPConnection: Sendable {
    private let endpoint: HTTPEndpoint
    private let limits: HTTPLimits
    private let loop: any EventLoop
    private let queue: NIOLoopBoundBox<RequestQueue>

    /// A connection that runs on one event loop of the group, which must outlive it.
    public init(
        endpoint: HTTPEndpoint, group: any EventLoopGroup, limits: HTTPLimits = HTTPLimits()
    ) {
        self.endpoint = endpoint
        self.limits = limits
        let loop = group.next()
        self.loop = loop
        queue = .makeBoxSendingValue(
            RequestQueue(endpoint: endpoint, loop: loop, limits: limits), eventLoop: loop)
    }

    deinit {
        let queue = self.queue
        loop.execute { _ = queue.value.close() }
    }

    /// Sends a request.
    /// - Parameters:
    ///   - request: What is sent.
    ///   - timeout: Covers everything: waiting for earlier requests, the name, connecting, TLS,
    ///     request and response. When it passes, the connection is closed.
    /// - Returns: The whole response, whatever its status.
    /// - Throws: ``HTTPError/notSent(_:)`` only if the request surely was not processed.
    public func send(
        _ request: HTTPRequest, timeout: Duration
    ) async throws(HTTPError) -> HTTPResponse {
        let deadline = NIODeadline.now() + TimeAmount(timeout)
        let ticket = Ticket()
        let queue = self.queue
        let loop = self.loop
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.execute {
                    queue.value.start(
                        Exchange(
                            request: request, deadline: deadline, ticket: ticket,
                            continuation: continuation))
                }
            }
        } onCancel: {
            ticket.isCancelled.store(true, ordering: .relaxed)
            loop.execute { queue.value.giveUp(ticket, because: "cancelled") }
        }
        return try result.get()
    }

    /// Sends a request on a connection of its own and reads the response line by line, as fast as
    /// the lines are taken and no faster. Any status is handed on; see ``HTTPLine``. The connection
    /// ends with the stream.
    /// - Parameters:
    ///   - request: What is sent.
    ///   - timeout: From the first wait to the response's head.
    ///   - idleTimeout: The longest silence of the server while somebody waits for a line.
    /// - Returns: A stream that throws ``HTTPError``, and ends without one only when the response
    ///   was whole or the waiting task was cancelled.
    public func lines(
        _ request: HTTPRequest, timeout: Duration, idleTimeout: Duration
    ) -> AsyncThrowingStream<HTTPLine, any Error> {
        let reader = LineReader(
            request: request, endpoint: endpoint, loop: loop, limits: limits,
            timeout: timeout, idleTimeout: idleTimeout)
        return AsyncThrowingStream { try await reader.next() }
    }

    /// Closes the connection for ever and fails what waits for it. Streams of lines go on.
    public func close() async {
        let queue = self.queue
        let loop = self.loop
        await withCheckedContinuation { continuation in
            loop.execute {
                queue.value.close().whenComplete { _ in continuation.resume() }
            }
        }
    }
}
