import Glibc
import NIOCore
import NIOPosix

/// A Service's address: each new connection goes to one of the endpoints of that moment, open ones
/// are left alone, and without an endpoint a connection is refused.
final class ServiceProxy: Sendable {
    private let channel: any Channel

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Listens. Throws ``PlaygroundError`` when the port is taken.
    static func start(
        _ name: String, host: String, port: Int, backendPort: Int, endpoints: EndpointTable,
        group: any EventLoopGroup
    ) async throws(PlaygroundError) -> ServiceProxy {
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Limits.serviceBacklog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { client in
                relay(client, to: endpoints.choose(), port: backendPort)
            }
        do {
            return ServiceProxy(try await bootstrap.bind(host: host, port: port).get())
        } catch {
            throw Listening.error("the Service \(name)", host: host, port: port, error)
        }
    }

    /// Refuses new connections; open ones end with their members.
    func stop() async { await channel.stopListening() }

    private static func relay(
        _ client: any Channel, to host: String?, port: Int
    ) -> EventLoopFuture<Void> {
        guard let host else { return refuse(client) }
        let (near, far) = RelayHandler.pair()
        let nearBox = NIOLoopBound(near, eventLoop: client.eventLoop)
        let farBox = NIOLoopBound(far, eventLoop: client.eventLoop)
        return ClientBootstrap(group: client.eventLoop)
            .connectTimeout(TimeAmount(Limits.backendConnect))
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.autoRead, value: false)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(farBox.value)
                }
            }
            .connect(host: host, port: port)
            .flatMapThrowing { backend in
                try client.pipeline.syncOperations.addHandler(nearBox.value)
                _ = backend.setOption(.autoRead, value: true)
                _ = client.setOption(.autoRead, value: true)
            }
            .flatMapError { _ in refuse(client) }
    }

    /// Closes with a reset, the nearest to kube-proxy's refusal that an accepted connection allows.
    private static func refuse(_ client: any Channel) -> EventLoopFuture<Void> {
        guard let socket = client as? any SocketOptionProvider else { return client.close() }
        return socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).flatMap { client.close() }
    }
}
