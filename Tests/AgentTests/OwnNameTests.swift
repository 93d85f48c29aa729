import Testing

@testable import Agent

@Suite struct OwnNameTests {
    @Test("a name that has not resolved for the whole limit is a problem, with what to do")
    func unresolved() async throws {
        let name = OwnName(
            host: "db-0.orders.invalid", service: "orders", limit: .milliseconds(1))
        let watch = Task { await name.watch() }
        defer { watch.cancel() }
        while name.problem == nil {
            try await Task.sleep(for: .milliseconds(10))
        }
        let problem = try #require(name.problem)
        for word in ["db-0.orders.invalid", "named orders", "publishNotReadyAddresses"] {
            #expect(problem.contains(word))
        }
    }

    @Test("an address, or a name that resolves, ends the watch without a problem")
    func resolved() async {
        for host in ["127.0.0.1", "::1", "localhost"] {
            let name = OwnName(host: host, service: "orders", limit: .zero)
            await name.watch()
            #expect(name.problem == nil)
        }
    }
}
