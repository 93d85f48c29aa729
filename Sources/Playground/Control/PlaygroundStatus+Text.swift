import FoundationEssentials

extension PlaygroundStatus {
    /// One JSON object, its keys in order.
    public func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// The members as a table for people.
    public var table: String {
        let head = ["NAME", "ROLE", "STATE", "READY", "DATABASE", "AGENT", "RESTARTS", "ADDRESS"]
        let rows = members.map { member in
            [
                member.name, member.role ?? "-", member.state, member.ready ? "yes" : "no",
                member.databasePid.map { "\($0)" } ?? "-", member.agentPid.map { "\($0)" } ?? "-",
                "\(member.restarts)", "\(member.address):\(member.port)",
            ]
        }
        return TextTable.lines(of: [head] + rows).joined(separator: "\n")
            + "\nmaster \(services.master)  replicas \(services.replicas)"
    }

    /// What somebody needs to know who has just started it.
    public var welcome: String {
        let account = api.tokenFile.dropLast("/serviceaccount/token".count)
        return """
            \(table)

            Superuser \(superuser.name), password in \(superuser.passwordFile)
            kubectl --kubeconfig \(account)/kubeconfig get pods,leases
            """
    }
}
