import HTTPClient
import JSON

/// One watch: lists, follows the changes, and begins again whenever anything is wrong.
struct Watch<Item: KubernetesObject>: Sendable {
    let transport: APITransport
    let connection: HTTPConnection
    let collection: String
    let query: [(String, String)]
    let timing: WatchTiming
    /// Whether a newer event makes up for older ones that were dropped.
    let mayDrop: Bool

    typealias Continuation = AsyncStream<WatchEvent<Item>>.Continuation

    /// Runs until the task is cancelled.
    func run(into continuation: Continuation) async {
        var backoff = Backoff(first: Limits.firstPause, longest: Limits.longestPause)
        while !Task.isCancelled {
            var pause: Duration?
            do throws(KubernetesError) {
                let version = try await list(into: continuation)
                try await follow(from: version, into: continuation, &backoff)
            } catch {
                if Task.isCancelled { return }
                continuation.yield(.disconnected(error.message))
                if case .tooManyRequests(let retryAfter) = error.code { pause = retryAfter }
            }
            let drawn = backoff.next()
            await sleep(max(drawn, pause ?? .zero))
        }
    }

    private func list(into continuation: Continuation) async throws(KubernetesError) -> String {
        let call = APICall(.get, collection, query: query)
        let list = try await transport.perform(call, on: connection, timeout: Limits.watchStart)
        guard let version = list["metadata"]?["resourceVersion"]?.string,
            let items = list["items"]?.array
        else { throw KubernetesError(.badResponse, "\(call.name): the answer is not a list") }
        try deliver(.snapshot(items.map { Item(json: $0) }), to: continuation)
        return version
    }

    /// Follows the changes since a version; ends only by an error or a cancellation.
    private func follow(
        from version: String, into continuation: Continuation, _ backoff: inout Backoff
    ) async throws(KubernetesError) {
        var version = version
        while !Task.isCancelled {
            let began = ContinuousClock.now
            var progress = WatchProgress(version: version)
            try await read(&progress, into: continuation)
            version = progress.version
            if progress.hasEvents || .now - began >= Limits.shortestWatch {
                backoff.reset()
            } else {
                await sleep(backoff.next())
            }
        }
    }

    /// Reads one response of the server to its end.
    private func read(
        _ progress: inout WatchProgress, into continuation: Continuation
    ) async throws(KubernetesError) {
        let call = APICall(
            .get, collection,
            query: query + [
                ("watch", "1"), ("allowWatchBookmarks", "true"),
                ("resourceVersion", progress.version),
                ("timeoutSeconds", String(max(1, timing.duration.components.seconds))),
            ])
        let token = try transport.tokens.token()
        let lines = connection.lines(
            transport.request(for: call, token: token), timeout: Limits.watchStart,
            idleTimeout: timing.idleTimeout)
        var refused: HTTPResponse?
        do {
            for try await element in lines {
                switch element {
                case .response(200, _):
                    continue
                case .response(let status, let headers):
                    if status == 401 { transport.tokens.refused(token) }
                    refused = HTTPResponse(status: status, headers: headers)
                case .line(let bytes):
                    if refused != nil {
                        refused?.body += bytes
                    } else {
                        try handle(bytes, &progress, into: continuation)
                    }
                }
            }
        } catch let error as KubernetesError {
            throw error
        } catch let error as HTTPError {
            throw APITransport.error(from: error, of: call)
        } catch {
            throw KubernetesError(.unreachable, "\(call.name): \(error)")
        }
        if let refused { throw APITransport.error(from: refused) }
    }

    private func handle(
        _ bytes: [UInt8], _ progress: inout WatchProgress, into continuation: Continuation
    ) throws(KubernetesError) {
        if bytes.isEmpty { return }
        let event: JSONValue
        do {
            event = try JSONValue(parsing: bytes)
        } catch {
            throw KubernetesError(.badResponse, "an event of \(collection) is not JSON")
        }
        guard let type = event["type"]?.string, let object = event["object"] else {
            throw KubernetesError(.badResponse, "an event of \(collection) has no type or object")
        }
        switch type {
        case "ADDED", "MODIFIED":
            try deliver(.changed(Item(json: object)), to: continuation)
        case "DELETED":
            try deliver(.removed(Item(json: object)), to: continuation)
        case "BOOKMARK":
            break
        case "ERROR":
            throw APITransport.error(code: Int(object["code"]?.integer ?? 500), status: object)
        default:
            throw KubernetesError(.badResponse, "an event of \(collection) of type \(type)")
        }
        progress.hasEvents = true
        if let version = object["metadata"]?["resourceVersion"]?.string {
            progress.version = version
        }
    }

    /// Hands an event on. Where none may be dropped, one that has no room is an error: what follows
    /// is a new list.
    private func deliver(
        _ event: WatchEvent<Item>, to continuation: Continuation
    ) throws(KubernetesError) {
        guard case .dropped = continuation.yield(event), !mayDrop else { return }
        throw KubernetesError(.gone, "the reader of \(collection) is too far behind")
    }

    private func sleep(_ duration: Duration) async {
        do {
            try await Task.sleep(for: duration)
        } catch {
            // Cancelled: the loop that called sees it.
        }
    }
}
