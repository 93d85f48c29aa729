import HTTPClient
import NIOCore

/// Asks an agent over HTTP, with a new connection each time, as a kubelet does.
struct HTTPAgentProbe: AgentProbe {
    let endpoint: HTTPEndpoint
    let group: any EventLoopGroup

    func get(_ path: String, timeout: Duration) async -> Bool {
        let connection = HTTPConnection(endpoint: endpoint, group: group)
        let isGood: Bool
        do {
            let response = try await connection.send(HTTPRequest(path: path), timeout: timeout)
            isGood = (200..<400).contains(response.status)
        } catch {
            // Refused, late or cut off: for a probe all of that is a no.
            isGood = false
        }
        await connection.close()
        return isGood
    }
}
