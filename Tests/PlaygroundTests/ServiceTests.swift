import NIOCore
import NIOPosix
import Testing

@testable import Playground

@Suite("a Service", .serialized)
struct ServiceTests {
    private let group = MultiThreadedEventLoopGroup.singleton

    private func pod(
        _ number: Int, role: String?, ready: Bool = true, terminating: Bool = false
    ) -> PodView {
        PodView(
            name: "db-\(number)", uid: "\(number)", address: "127.0.0.\(number)",
            labels: role.map { ["role": $0] } ?? [:], isReady: ready, isTerminating: terminating,
            graceSeconds: 30)
    }

    @Test("chooses among ready Pods with its label, each in turn")
    func choice() {
        let table = EndpointTable(key: "role", value: "replica")
        table.update([
            pod(1, role: "replica"), pod(2, role: "replica"), pod(3, role: "master"),
            pod(4, role: "replica", ready: false), pod(5, role: nil),
        ])
        let chosen = (0..<4).compactMap { _ in table.choose() }
        #expect(Set(chosen) == ["127.0.0.1", "127.0.0.2"])
        #expect(chosen[0] != chosen[1])
    }

    @Test("sends nobody to a Pod that is being deleted, unless there is no other")
    func terminating() {
        let table = EndpointTable(key: "role", value: "replica")
        table.update([pod(1, role: "replica"), pod(2, role: "replica", terminating: true)])
        #expect(Set((0..<4).compactMap { _ in table.choose() }) == ["127.0.0.1"])
        table.update([pod(2, role: "replica", terminating: true)])
        #expect(table.choose() == "127.0.0.2")
        table.update([])
        #expect(table.choose() == nil)
    }

    @Test("relays both ways, more than any buffer holds, and hands on the end of each direction")
    func relay() async throws {
        let echo = try await echoServer()
        let (proxy, port) = try await service(to: echo, pods: [pod(1, role: "master")])
        let answer = group.next().makePromise(of: Int.self)
        let client = try await client(of: port, answer)
        let block = ByteBuffer(repeating: 7, count: 1 << 20)
        for _ in 0..<32 { client.write(block, promise: nil) }
        try await client.writeAndFlush(block)
        try await client.close(mode: .output)
        let count = try await answer.futureResult.get()
        #expect(count == 33 << 20)
        await proxy.stop()
        try await echo.close()
    }

    @Test("resets a connection when no Pod serves")
    func refusal() async throws {
        let echo = try await echoServer()
        let (proxy, port) = try await service(to: echo, pods: [])
        let answer = group.next().makePromise(of: Int.self)
        do {
            _ = try await client(of: port, answer)
        } catch {
            // The reset can come before the connection counts as made.
            answer.succeed(0)
        }
        let count = try await answer.futureResult.get()
        #expect(count == 0)
        await proxy.stop()
        try await echo.close()
    }

    // MARK: Both ends

    private func service(
        to echo: any Channel, pods: [PodView]
    ) async throws -> (ServiceProxy, Int) {
        let table = EndpointTable(key: "role", value: "master")
        table.update(pods)
        // A free port, found by binding and letting go.
        let probe = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = probe.localAddress?.port ?? 0
        try await probe.close()
        let proxy = try await ServiceProxy.start(
            "db-master", host: "127.0.0.1", port: port,
            backendPort: echo.localAddress?.port ?? 0, endpoints: table, group: group)
        return (proxy, port)
    }

    /// Sends back what it reads, slowly enough to fill what lies between.
    private func echoServer() async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(EchoHandler())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    private func client(
        of port: Int, _ answer: EventLoopPromise<Int>
    ) async throws -> any Channel {
        try await ClientBootstrap(group: group)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(CountHandler(answer))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }
}
