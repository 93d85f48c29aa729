import HTTPClient
public import NIOCore
public import ReplicationCore

/// Asks one member's agent for its report, over one kept connection.
public final class PeerClient: Sendable {
    private let connection: HTTPConnection
    private let decoder: ReportDecoder
    private let timeout: Duration

    /// A client of the agent at that address.
    /// - Parameters:
    ///   - host: a host name, resolved anew for every connection, or an IP address.
    ///   - port: its agent's port.
    ///   - member: the member that must answer; nil for any.
    ///   - cluster: the cluster that it must belong to; nil for any.
    ///   - group: the event loops to use; they must outlive the client.
    public convenience init(
        host: String, port: Int, member: String?, cluster: String?, group: any EventLoopGroup
    ) {
        self.init(
            host: host, port: port, decoder: ReportDecoder(member: member, cluster: cluster),
            timeout: Limits.reportTimeout, group: group)
    }

    init(
        host: String, port: Int, decoder: ReportDecoder, timeout: Duration,
        group: any EventLoopGroup
    ) {
        connection = HTTPConnection(
            endpoint: HTTPEndpoint(host: host, port: port), group: group,
            limits: HTTPLimits(
                maximumBody: Limits.reportBytes, maximumHeaders: Limits.reportHeaderBytes,
                maximumWaiting: Limits.waitingReports))
        self.decoder = decoder
        self.timeout = timeout
    }

    /// Asks the member. Ends within half a second.
    /// - Parameter keepingPeers: whether what it says of its own peers is kept. An agent that asks
    ///   its peers must not, or what it publishes would hold itself, and grow with every round.
    /// - Returns: The member's report of itself, or why there is none.
    public func report(keepingPeers: Bool = false) async -> Result<MemberReport, PeerError> {
        do throws(HTTPError) {
            let response = try await connection.send(
                HTTPRequest(path: "/state"), timeout: timeout)
            guard response.status == 200 else {
                return .failure(.refused(status: response.status))
            }
            return decoder.report(from: response.body).map { report in
                var report = report
                if !keepingPeers { report.peers = [] }
                return report
            }
        } catch {
            return .failure(.unreachable(error.reason))
        }
    }

    /// Closes the connection for ever.
    public func close() async {
        await connection.close()
    }
}
