import HTTPClient
import NIOCore
import NIOPosix

/// Requests as fast as they are answered, on a few connections.
struct ProbeLoad: Sendable {
    let host: String
    let port: Int
    let path: String

    /// The time of each answer, sorted. Throws ``PlaygroundError`` when a request fails.
    func run(connections: Int, requests: Int) async throws(PlaygroundError) -> [Duration] {
        let endpoint = HTTPEndpoint(host: host, port: port)
        let path = self.path
        do {
            return try await withThrowingTaskGroup(of: [Duration].self) { group in
                for _ in 0..<connections {
                    group.addTask {
                        try await Self.times(endpoint, path, requests / connections)
                    }
                }
                var all: [Duration] = []
                for try await times in group { all += times }
                return all.sorted()
            }
        } catch {
            throw PlaygroundError(.unavailable, "The probe of \(host):\(port) failed: \(error).")
        }
    }

    private static func times(
        _ endpoint: HTTPEndpoint, _ path: String, _ count: Int
    ) async throws -> [Duration] {
        let connection = HTTPConnection(
            endpoint: endpoint, group: MultiThreadedEventLoopGroup.singleton)
        var times: [Duration] = []
        for _ in 0..<count {
            let start = ContinuousClock.now
            _ = try await connection.send(
                HTTPRequest(path: path), timeout: Limits.readinessTimeout)
            times.append(.now - start)
        }
        await connection.close()
        return times
    }
}
