import NIOCore
import NIOPosix
import Testing

@testable import AgentHTTP

@Suite struct PrestopTests {
    @Test("prestop answers when the agent has returned, not before")
    func waits() async throws {
        let gate = Gate()
        try await withServer(prestop: { await gate.wait() }) { (server: TestServer) async throws in
            async let response = server.request("GET", "/database/prestop")
            await gate.entered()
            #expect(try await server.status("/live") == 200)
            await gate.open()
            #expect(try await response.status == 200)
        }
    }

    private func makeCall(
        _ gate: Gate
    ) async throws -> (call: NIOLoopBound<PrestopCall>, loop: any EventLoop) {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        let settings = PrestopCall.Settings(limit: .seconds(30)) { await gate.wait() }
        let call = try await loop.submit {
            NIOLoopBound(PrestopCall(settings, on: loop), eventLoop: loop)
        }.get()
        return (call, loop)
    }

    @Test("who asks while the agent is at it shares its one call, and a later one calls anew")
    func shared() async throws {
        let gate = Gate()
        let (call, loop) = try await makeCall(gate)
        let both = loop.flatSubmit { call.value.outcome().and(call.value.outcome()) }
        await gate.entered()
        await gate.open()
        #expect(try await both.get() == (true, true))
        #expect(await gate.calls == 1)
        #expect(try await loop.flatSubmit { call.value.outcome() }.get())
        #expect(await gate.calls == 2)
    }

    @Test("an agent that does not return is cancelled, and the answer is no")
    func limit() async throws {
        let gate = Gate()
        try await withServer(
            prestopLimit: .milliseconds(50), prestop: { await gate.waitForCancellation() }
        ) { (server: TestServer) async throws in
            #expect(try await server.status("/database/prestop") == 503)
            #expect(await gate.wasCancelled())
        }
    }

    @Test("only so many wait for the agent at the same time")
    func callers() async throws {
        let gate = Gate()
        let (call, loop) = try await makeCall(gate)
        let most = Limits.prestopCallers
        let all = try await loop.submit { (0...most).map { _ in call.value.outcome() } }.get()
        #expect(try await all[most].get() == false)
        await gate.open()
        for outcome in all.prefix(most) { #expect(try await outcome.get()) }
        #expect(await gate.calls == 1)
    }

    @Test("an agent that goes on nevertheless is not called a second time")
    func stubborn() async throws {
        let gate = Gate()
        try await withServer(prestopLimit: .milliseconds(50), prestop: { await gate.wait() }) {
            (server: TestServer) async throws in
            #expect(try await server.status("/database/prestop") == 503)
            #expect(try await server.status("/database/prestop") == 503)
            #expect(await gate.calls == 1)
            await gate.open()
        }
    }
}

/// Holds what enters until it is opened.
private actor Gate {
    private(set) var calls = 0
    private var isOpen = false
    private var isCancelled = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watching: [CheckedContinuation<Void, Never>] = []

    func wait() async {
        calls += 1
        watching.forEach { $0.resume() }
        watching = []
        guard !isOpen else { return }
        await withCheckedContinuation { waiting.append($0) }
    }

    func waitForCancellation() async {
        await withTaskCancellationHandler {
            await wait()
        } onCancel: {
            Task { await cancel() }
        }
    }

    func entered() async {
        guard calls == 0 else { return }
        await withCheckedContinuation { watching.append($0) }
    }

    func wasCancelled() async -> Bool {
        while !isCancelled { await Task.yield() }
        return true
    }

    func open() {
        isOpen = true
        waiting.forEach { $0.resume() }
        waiting = []
    }

    private func cancel() {
        isCancelled = true
        open()
    }
}
