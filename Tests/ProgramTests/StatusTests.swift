import Testing

@testable import understudy

@Suite struct StatusTests {
    @Test(
        "the agent to ask is a host, a host and a port, or an IPv6 address with or without one",
        arguments: [
            ("db-0", "db-0", 8009), ("db-0:80", "db-0", 80), ("127.0.0.1:8010", "127.0.0.1", 8010),
            ("::1", "::1", 8009), ("fe80::2:3", "fe80::2:3", 8009), ("[::1]", "::1", 8009),
            ("[::1]:8010", "::1", 8010),
        ])
    func agent(text: String, host: String, port: Int) throws {
        let parsed = try Status.parse(text)
        #expect(parsed.host == host)
        #expect(parsed.port == port)
    }

    @Test(
        "what is no host and port is refused",
        arguments: [":8009", "db-0:", "db-0:x", "db-0:0", "db-0:65536", "[::1]:x"])
    func wrong(text: String) {
        #expect(throws: (any Error).self) { try Status.parse(text) }
    }
}
