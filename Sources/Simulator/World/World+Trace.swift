import ReplicationCore

extension World {
    /// Adds a line to the trace, where one is kept.
    @inline(__always)
    func say(_ member: Int, _ text: @autoclosure () -> String) {
        guard options.isTracing || script != nil else { return }
        tellTrace(member, text())
    }

    private func tellTrace(_ member: Int, _ text: String) {
        if let script { hear(script, member, text) }
        if options.isTracing { trace.append(line(member, text)) }
    }

    /// Time, member, label and term, database, position, what happened.
    private func line(_ member: Int, _ text: String) -> String {
        let seconds = padded("\(now / Span.second).\(padded("\(now / 1_000 % 1_000)", 3, "0"))", 8)
        guard member >= 0 else { return "\(seconds)  \(text)" }
        let own = members[member]
        let label = pods[member].exists ? pods[member].role?.rawValue ?? "-" : "none"
        let held = lease.map { Identity.member(ofHolder: $0.holder) == own.name } ?? false
        let database: String
        switch own.server.state {
        case .down: database = "down"
        case .starting: database = "starting"
        case .stopping: database = "stopping"
        case .running:
            database =
                (own.server.isPrimary ? "primary" : "standby")
                + (own.server.isClosed ? ":closed" : "")
        }
        let position = own.volume.held.map { history.position($0).description } ?? "-"
        return "\(seconds)  \(own.name) \(trailing(label, 7))"
            + " \(held ? "L" : " ")\(trailing("\(lease?.term ?? 0)", 3))"
            + " \(trailing(database, 14)) \(trailing(position, 8)) \(text)"
    }

    func traceDecision(_ member: Int, _ before: Decision, _ after: Decision) {
        guard before.status != after.status || before.reasons != after.reasons else { return }
        if let script { hearReasons(script, member, after.reasons) }
        say(member, "is \(after.status.rawValue) \(after.reasons.map(\.rawValue))")
    }

    private func padded(_ text: String, _ width: Int, _ filler: Character = " ") -> String {
        String(repeating: filler, count: max(0, width - text.count)) + text
    }

    private func trailing(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
