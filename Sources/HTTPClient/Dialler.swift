import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Makes connections to one endpoint. Lives on one event loop.
final class Dialler {
    private let endpoint: HTTPEndpoint
    private let loop: any EventLoop
    private let limits: HTTPLimits
    /// A look-up that is under way. Whoever connects meanwhile shares it, so that a name server
    /// that does not answer holds one thread and no more.
    private var preparation: EventLoopFuture<Preparation>?

    init(endpoint: HTTPEndpoint, loop: any EventLoop, limits: HTTPLimits) {
        self.endpoint = endpoint
        self.loop = loop
        self.limits = limits
    }

    /// A connection that is ready for a request, TLS included. Fails by the deadline but for the
    /// look-up of the name, which can't be ended: the caller counts the deadline too.
    func dial(deadline: NIODeadline) -> EventLoopFuture<any Channel> {
        if let name = endpoint.tls?.serverName, isAddress(name), name != endpoint.host {
            let message = "the server name \(name) is an address other than the endpoint's"
            return loop.makeFailedFuture(ConnectFailure(message: message))
        }
        let promise = loop.makePromise(of: (any Channel).self)
        prepare().assumeIsolated().whenComplete { result in
            switch result {
            case .success(let preparation):
                self.connect(preparation, next: 0, deadline: deadline, promise: promise)
            case .failure(let error):
                promise.fail(error)
            }
        }
        return promise.futureResult
    }

    private func prepare() -> EventLoopFuture<Preparation> {
        if let preparation { return preparation }
        let future = Preparation.begin(for: endpoint, on: loop)
        preparation = future
        future.assumeIsolated().whenComplete { _ in self.preparation = nil }
        return future
    }

    private func connect(
        _ preparation: Preparation, next index: Int, deadline: NIODeadline,
        promise: EventLoopPromise<any Channel>
    ) {
        let left = preparation.addresses.count - index
        let now = NIODeadline.now()
        guard deadline > now else {
            promise.fail(ConnectFailure(message: "the deadline passed before connecting"))
            return
        }
        // A share for each address, so that one that does not answer leaves time for the next.
        let share = now + .nanoseconds((deadline - now).nanoseconds / Int64(left))
        attempt(preparation.addresses[index], preparation.tls, deadline: share)
            .assumeIsolated().whenComplete { result in
                switch result {
                case .success(let channel):
                    promise.succeed(channel)
                case .failure(let error):
                    if left > 1 {
                        self.connect(
                            preparation, next: index + 1, deadline: deadline, promise: promise)
                    } else {
                        promise.fail(error)
                    }
                }
            }
    }

    private func attempt(
        _ address: SocketAddress, _ tls: NIOSSLContext?, deadline: NIODeadline
    ) -> EventLoopFuture<any Channel> {
        let ready = loop.makePromise(of: Void.self)
        let name = serverName
        let headerBytes = limits.maximumHeaders
        return ClientBootstrap(group: loop)
            .connectTimeout(deadline - .now())
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name))
                    }
                    try pipeline.addHTTP(maximumHeaders: headerBytes)
                    try pipeline.addHandler(ExchangeHandler(usesTLS: tls != nil, ready: ready))
                }
            }
            .connect(to: address)
            .flatMapErrorThrowing { error in
                ready.fail(error)
                throw error
            }
            .flatMap { channel in
                let late = channel.eventLoop.scheduleTask(deadline: deadline) {
                    ready.fail(ConnectFailure(message: "the TLS handshake took too long"))
                    channel.close(promise: nil)
                }
                return ready.futureResult.always { _ in late.cancel() }
                    .flatMapThrowing {
                        guard tls != nil, let name else { return channel }
                        do {
                            try ServerIdentity.check(channel, for: name)
                        } catch {
                            channel.close(promise: nil)
                            throw error
                        }
                        return channel
                    }
            }
    }

    /// The name for SNI and verification; nil for an address, which is then verified as such.
    private var serverName: String? {
        let name = endpoint.tls?.serverName ?? endpoint.host
        return isAddress(name) ? nil : name
    }

    private func isAddress(_ name: String) -> Bool {
        HTTPEndpoint(host: name, port: endpoint.port).literalAddress != nil
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// An HTTP/1.1 client's encoder and decoder.
    fileprivate func addHTTP(maximumHeaders: Int) throws {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = maximumHeaders
        limits.maxHeaderListSize = maximumHeaders
        limits.maxHeaderFieldCount = HTTPLimits.maximumHeaderFields
        try addHandler(HTTPRequestEncoder())
        try addHandler(
            ByteToMessageHandler(
                HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: limits)))
        try addHandler(NIOHTTPRequestHeadersValidator())
    }
}
