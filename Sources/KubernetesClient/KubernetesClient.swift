import HTTPClient
import JSON
public import NIOCore

/// The part of the Kubernetes API that a member needs: one Lease, Pods, Events. Every call has a
/// deadline. Lease requests have a connection of their own, so that nothing else delays them; so
/// has each watch; the rest share one.
public final class KubernetesClient: Sendable {
    let transport: APITransport
    let group: any EventLoopGroup
    let leaseConnection: HTTPConnection
    let sharedConnection: HTTPConnection

    /// A client that runs on the group, which must outlive it. Connects when it is first used.
    public init(configuration: KubernetesConfiguration, group: any EventLoopGroup) {
        transport = APITransport(configuration: configuration)
        self.group = group
        leaseConnection = HTTPConnection(endpoint: configuration.endpoint, group: group)
        sharedConnection = HTTPConnection(endpoint: configuration.endpoint, group: group)
    }

    /// The namespace of all objects.
    public var namespace: String { transport.configuration.namespace }

    /// Closes the kept connections for ever. Watches end with their streams.
    public func close() async {
        await leaseConnection.close()
        await sharedConnection.close()
    }

    /// The path of a collection of the namespace, or of one of its objects.
    func path(_ prefix: String, _ collection: String, _ name: String? = nil) -> String {
        let path = APICall.path(prefix + "/namespaces", namespace, collection)
        return name.map { APICall.path(path, $0) } ?? path
    }

    func watch<Item: KubernetesObject>(
        _ collection: String, _ query: [(String, String)], timing: WatchTiming,
        room: Int, mayDrop: Bool
    ) -> AsyncStream<WatchEvent<Item>> {
        let watch = Watch<Item>(
            transport: transport,
            connection: HTTPConnection(endpoint: transport.configuration.endpoint, group: group),
            collection: collection, query: query, timing: timing, mayDrop: mayDrop)
        let (stream, continuation) = AsyncStream.makeStream(
            of: WatchEvent<Item>.self,
            bufferingPolicy: mayDrop ? .bufferingNewest(room) : .bufferingOldest(room))
        let task = Task {
            await watch.run(into: continuation)
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return stream
    }
}
