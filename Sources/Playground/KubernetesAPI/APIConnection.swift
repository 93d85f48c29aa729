import JSON
import NIOCore
import NIOHTTP1

typealias HTTPServerChannel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

/// Serves one connection to its end.
struct APIConnection: Sendable {
    typealias Writer = NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>

    let router: APIRouter
    let outage: @Sendable () -> APIOutage?
    let bookmarkInterval: Duration

    /// How many signals wait for a slow watcher before its watch is ended.
    static let waitingSignals = 1024

    func serve(_ channel: HTTPServerChannel) async {
        do {
            try await channel.executeThenClose { inbound, outbound in
                var assembly = RequestAssembly()
                for try await part in inbound {
                    guard let request = try assembly.take(part) else { continue }
                    let goesOn = try await answer(request, channel.channel, outbound)
                    if !goesOn || !assembly.isKeepAlive { return }
                }
            }
        } catch {
            // The client went away, or spoke no HTTP: either way the connection has ended.
        }
    }

    /// Answers; false if the connection is not to be used any more.
    private func answer(
        _ request: APIRequest, _ channel: any Channel, _ writer: Writer
    ) async throws -> Bool {
        switch outage() {
        case .hanging, .refused:
            await untilClosed(channel)
            return false
        case .status(let code, let retryAfter):
            let failure = APIFailure(
                code: code, reason: "", message: "the API server has an outage")
            try await write(.object(code, failure.status), to: writer, retryAfter: retryAfter)
            return true
        case .answersLost where request.method != "GET":
            _ = router.answer(request)
            return false
        case .slow(let delay):
            try await Task.sleep(for: delay)
        case .answersLost, nil:
            break
        }
        let answer = router.answer(request)
        if case .watch(let plan) = answer {
            try await watch(plan, channel, writer)
            return false
        }
        try await write(answer, to: writer)
        return true
    }

    private func write(
        _ answer: APIAnswer, to writer: Writer, retryAfter: Int? = nil
    ) async throws {
        let (code, type, body): (Int, String, [UInt8]) =
            switch answer {
            case .object(let code, let object): (code, "application/json", object.bytes + [0x0a])
            case .text(let code, let text): (code, "text/plain", Array(text.utf8))
            case .watch: (500, "text/plain", [])
            }
        var headers = HTTPHeaders([
            ("Content-Type", type), ("Content-Length", String(body.count)),
            ("Cache-Control", "no-cache, private"),
        ])
        if let retryAfter { headers.add(name: "Retry-After", value: String(retryAfter)) }
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: code), headers: headers)
        try await writer.write(contentsOf: [
            .head(head), .body(.byteBuffer(ByteBuffer(bytes: body))), .end(nil),
        ])
    }

    // MARK: - Watches

    private func watch(
        _ plan: WatchPlan, _ channel: any Channel, _ writer: Writer
    ) async throws {
        let (signals, continuation) = AsyncStream.makeStream(
            of: StoreSignal.self, bufferingPolicy: .bufferingOldest(Self.waitingSignals))
        let yield: @Sendable (StoreSignal) -> Bool = { signal in
            guard case .enqueued = continuation.yield(signal) else { return false }
            return true
        }
        let ended: @Sendable () -> Void = { continuation.finish() }
        let matches = try plan.view.filter()
        let subscription: StoreSubscription
        do throws(APIFailure) {
            subscription =
                if let since = plan.since {
                    try router.store.subscribe(
                        to: plan.resource, since: since, yield: yield, ended: ended)
                } else {
                    router.store.subscribe(to: plan.resource, yield: yield, ended: ended)
                }
        } catch {
            // As the real one does: the refusal is an event of a watch that began.
            try await begin(writer)
            try await writer.write(line(type: "ERROR", error.status))
            try await writer.write(.end(nil))
            return
        }
        defer { subscription.cancel() }
        channel.closeFuture.whenComplete { _ in subscription.cancel() }
        try await begin(writer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await keepTime(of: plan, subscription) }
            for await signal in signals {
                if outage() == .hanging { await untilClosed(channel) }
                if let text = text(of: signal, plan, matches) { try await writer.write(text) }
            }
            group.cancelAll()
        }
        try await writer.write(.end(nil))
    }

    private func begin(_ writer: Writer) async throws {
        let head = HTTPResponseHead(
            version: .http1_1, status: .ok,
            headers: ["Content-Type": "application/json", "Cache-Control": "no-cache, private"])
        try await writer.write(.head(head))
    }

    /// Asks for bookmarks while the watch lasts, and ends it in time.
    private func keepTime(of plan: WatchPlan, _ subscription: StoreSubscription) async {
        let end = ContinuousClock.now + plan.duration
        while ContinuousClock.now < end {
            do {
                try await Task.sleep(for: min(bookmarkInterval, end - .now))
            } catch {
                return
            }
            if plan.wantsBookmarks { subscription.requestBookmark() }
        }
        subscription.cancel()
    }

    private func text(
        of signal: StoreSignal, _ plan: WatchPlan, _ matches: (JSONValue) -> Bool
    ) -> HTTPServerResponsePart? {
        switch signal {
        case .bookmark(let version):
            return line(type: "BOOKMARK", plan.view.bookmark(version))
        case .change(let change):
            guard let seen = change.seen(by: matches) else { return nil }
            return line(type: seen.kind.rawValue, plan.view.shown(seen.object))
        }
    }

    private func line(type: String, _ object: JSONValue) -> HTTPServerResponsePart {
        let event: JSONValue = ["type": .string(type), "object": object]
        return .body(.byteBuffer(ByteBuffer(bytes: event.bytes + [0x0a])))
    }

    /// Waits for the client to give up, or for the server to.
    private func untilClosed(_ channel: any Channel) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                channel.closeFuture.whenComplete { _ in continuation.resume() }
            }
        } onCancel: {
            channel.close(promise: nil)
        }
    }
}
