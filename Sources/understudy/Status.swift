import AgentHTTP
import ArgumentParser
import FoundationEssentials
import NIOPosix
import ReplicationCore

/// `understudy status`: members, roles, term, positions, lag, the Lease, and who could be promoted.
struct Status: AsyncParsableCommand {
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    static let configuration = CommandConfiguration(
        abstract: "Shows the cluster as one agent sees it.")

    @Option(help: "The agent to ask, as host or host:port.")
    var agent = "127.0.0.1:8009"

    @Option(name: .shortAndLong, help: "How to print: table or json.")
    var output = Output.table

    func run() async throws {
        let (host, port) = try Status.parse(agent)
        let client = PeerClient(
            host: host, port: port, member: nil, cluster: nil,
            group: MultiThreadedEventLoopGroup.singleton)
        switch await client.report(keepingPeers: true) {
        case .failure(let error):
            throw ExitStatus.unavailable.because(
                "the agent at \(agent) cannot be asked: \(error). Name another one with --agent.")
        case .success(let report):
            let overview = Overview(report)
            switch output {
            case .table: print(overview.table)
            case .json: print(try overview.json())
            }
        }
    }

    static func parse(_ agent: String) throws -> (host: String, port: Int) {
        // An IPv6 address has colons of its own: alone it is all host, with a port in brackets.
        let isBracketed = agent.hasPrefix("[")
        let colon = agent.lastIndex(of: ":")
        let close = agent.lastIndex(of: "]") ?? agent.startIndex
        guard let colon, colon >= close, isBracketed || agent.firstIndex(of: ":") == colon else {
            return (unbracketed(agent), 8009)
        }
        guard let port = Int(agent[agent.index(after: colon)...]), (1...65535).contains(port),
            colon != agent.startIndex
        else {
            throw ValidationError("'\(agent)' is not host:port")
        }
        return (unbracketed(String(agent[..<colon])), port)
    }

    private static func unbracketed(_ host: String) -> String {
        guard host.hasPrefix("["), host.hasSuffix("]") else { return host }
        return String(host.dropFirst().dropLast())
    }
}
