import HTTPClient
import NIOPosix
import Playground
import Testing

@Suite("HTTPTLS", .timeLimit(.minutes(1)))
struct HTTPTLSTests {
    private func status(
        _ server: KubernetesAPIServer, host: String = "127.0.0.1", tls: HTTPTLS
    ) async throws(HTTPError) -> Int {
        try await HTTPConnection(
            endpoint: HTTPEndpoint(host: host, port: server.port, tls: tls),
            group: MultiThreadedEventLoopGroup.singleton
        ).send(HTTPRequest(path: "/healthz"), timeout: .seconds(5)).status
    }

    private func withServer(
        _ body: (KubernetesAPIServer, PlaygroundCertificates) async throws -> Void
    ) async throws {
        try await Certificates.with { certificates in
            let server = try KubernetesAPIServer(
                address: "127.0.0.1", port: 0, certificates: certificates, tokens: ["t"],
                group: MultiThreadedEventLoopGroup.singleton)
            try await server.start()
            do {
                try await body(server, certificates)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
        }
    }

    @Test("a server whose certificate names its address is trusted")
    func trusted() async throws {
        try await withServer { server, certificates in
            let tls = HTTPTLS(trustRoots: certificates.authority)
            let code = try await status(server, tls: tls)
            #expect(code == 200)
        }
    }

    @Test("another authority, another name and a missing file are refused, and nothing is sent")
    func refused() async throws {
        try await withServer { server, certificates in
            try await Certificates.with { others in
                for tls in [
                    HTTPTLS(trustRoots: others.authority),
                    HTTPTLS(trustRoots: certificates.authority, serverName: "example.org"),
                    HTTPTLS(trustRoots: certificates.authority, serverName: "127.0.0.2"),
                    HTTPTLS(trustRoots: "/nowhere/ca.crt"),
                ] {
                    do throws(HTTPError) {
                        _ = try await status(server, tls: tls)
                        Issue.record("trusted: \(tls)")
                    } catch {
                        guard case .notSent = error else {
                            Issue.record("\(error)")
                            continue
                        }
                    }
                }
            }
        }
    }

    @Test("an address that the certificate does not name is refused")
    func otherAddress() async throws {
        try await withServer { server, certificates in
            await #expect(throws: HTTPError.self) {
                try await status(
                    server, host: "localhost", tls: HTTPTLS(trustRoots: certificates.authority))
            }
        }
    }
}
