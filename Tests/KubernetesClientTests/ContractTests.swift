import FoundationEssentials
import HTTPClient
import KubernetesClient
import Testing

@Suite("API contract", .timeLimit(.minutes(2)))
struct ContractTests {
    @Test("the stand-in keeps the contract", arguments: Contract.allCases)
    func standIn(contract: Contract) async throws {
        try await StandIn.with { try await contract.check($0.api) }
    }

    @Test(
        "a real kube-apiserver keeps the contract",
        .enabled(
            if: RealAPIServer.isGiven,
            "UNDERSTUDY_TEST_APISERVER (https://host:port), _CA and _TOKEN (files) name none"),
        arguments: Contract.allCases)
    func realServer(contract: Contract) async throws {
        try await contract.check(RealAPIServer.api())
    }
}

/// The API server that the environment names.
enum RealAPIServer {
    private static var environment: [String: String] { ProcessInfo.processInfo.environment }

    static var isGiven: Bool { environment["UNDERSTUDY_TEST_APISERVER"] != nil }

    static func api() throws -> ContractAPI {
        let text = try #require(environment["UNDERSTUDY_TEST_APISERVER"])
        let url = try #require(URL(string: text))
        let host = try #require(url.host())
        let authority = try #require(environment["UNDERSTUDY_TEST_APISERVER_CA"])
        let tokenFile = try #require(environment["UNDERSTUDY_TEST_APISERVER_TOKEN"])
        let token = try String(contentsOfFile: tokenFile, encoding: .utf8)
        let configuration = KubernetesConfiguration(
            endpoint: HTTPEndpoint(
                host: host, port: url.port ?? 443, tls: HTTPTLS(trustRoots: authority)),
            tokenFile: tokenFile, namespace: "default")
        return ContractAPI(
            configuration: configuration,
            token: String(token.filter { !$0.isWhitespace }))
    }
}
