import ReplicationCore

/// A yes or no of the HTTP interface, and the reasons for a no.
struct Verdict: Hashable {
    var holds: Bool
    var reasons: [Reason] = []
}

/// The questions that are answered from the report alone.
enum Question: Hashable {
    case live
    case ready
    case databaseAlive
    case master
    case replica(maximumLagBytes: UInt64?)
    case health

    /// The verdict at an instant.
    func verdict(on report: HealthReport, at now: Instant) -> Verdict {
        guard !holds(for: report, at: now) else { return Verdict(holds: true) }
        var reasons: [Reason] = []
        if !report.isLive(at: now) {
            reasons.append(.agentSilent)
        }
        if isLeaseSpent(report, at: now) {
            reasons.append(.leaseExpired)
        }
        if case .replica(.some) = self,
            Question.replica(maximumLagBytes: nil).holds(
                for: report, at: now)
        {
            reasons.append(.lagTooGreat)
        }
        reasons += report.report.reasons.filter { !reasons.contains($0) }
        return Verdict(holds: false, reasons: reasons)
    }

    private func holds(for report: HealthReport, at now: Instant) -> Bool {
        switch self {
        case .live: report.isLive(at: now)
        case .ready: report.isReady(at: now)
        case .databaseAlive: report.isDatabaseAlive(at: now)
        case .master: report.isMaster(at: now)
        case .replica(let limit): report.isReplica(at: now, maximumLagBytes: limit)
        case .health: report.isDatabaseRunning && report.isLive(at: now)
        }
    }

    /// Whether the report was right when it was published, and time has overtaken it.
    private func isLeaseSpent(_ report: HealthReport, at now: Instant) -> Bool {
        let isMasterSpent = report.role == .master && (report.masterUntil.map { $0 <= now } ?? true)
        return !report.isDatabaseAlive(at: now) || isMasterSpent
    }
}
