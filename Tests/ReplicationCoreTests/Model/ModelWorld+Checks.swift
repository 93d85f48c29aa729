@testable import ReplicationCore

extension ModelWorld {
    var isSynchronous: Bool { settings.mode.isSynchronous }

    /// What must hold in every tick.
    func check() {
        let open = members.filter { $0.database.isOpenPrimary }
        if open.count > 1 {
            violate("open at once: \(open.map(\.ordinal))")
        }
        for member in open {
            let database = member.database
            if !database.isArmed { violate("pg-\(member.ordinal) is open and not armed") }
            guard let record = value(of: lease), let state = database.state,
                record.master?.voter
                    == Voter(member: Build.name(member.ordinal), incarnation: state.incarnation),
                record.master?.term == lease?.term
            else { continue }
            for set in [database.loadedSet, database.effectiveSet]
            where !isCovered(set, by: record.synchronous) {
                violate("S4: database \(set), record \(record.synchronous)")
            }
        }
    }

    func value(of lease: LeaseValue?) -> ClusterRecord? {
        switch lease?.record {
        case .readable(let record): record
        case .missing, .damaged, nil: nil
        }
    }

    /// When a member opens it holds every acknowledged write, and no other Pod says master.
    func checkOpening(_ ordinal: Int) {
        say("pg-\(ordinal) is open")
        if isSynchronous {
            let held = Set(members[ordinal].database.log.map(\.write))
            let lost = acknowledged.subtracting(held)
            if !lost.isEmpty { violate("pg-\(ordinal) opens without \(lost.count) acknowledged") }
        }
        let others = pods.values.filter {
            $0.role == Role.master.rawValue && $0.name != Build.name(ordinal)
        }
        if !others.isEmpty { violate("opens while \(others.map(\.name)) is labelled master") }
    }

    /// What is replaced must not be the last to hold an acknowledged write.
    func checkErasure(of ordinal: Int, for donor: Int) {
        guard isSynchronous else { return }
        let held = Set(members[donor].database.log.map(\.write))
        let lost = acknowledged.subtracting(held)
        if !lost.isEmpty {
            violate("pg-\(ordinal) copies pg-\(donor), which lacks \(lost.count) acknowledged")
        }
    }

    /// One open master under the Lease, everybody else a replica of it and a voter, labels right.
    var isConverged: Bool {
        let open = members.filter { $0.database.isOpenPrimary }
        guard open.count == 1, let master = open.first,
            lease?.holder == identity(master.ordinal, uid: master.uid).holder,
            pods[Build.name(master.ordinal)]?.role == Role.master.rawValue
        else { return false }
        let replicas = members.filter { $0.ordinal != master.ordinal }
        let areFollowing = replicas.allSatisfy { member in
            member.phase == .running && member.database.isStreaming
                && member.database.upstream == master.ordinal
                && member.database.state?.followedTerm == lease?.term
                && pods[Build.name(member.ordinal)]?.role == Role.replica.rawValue
                && member.supervisor.decision.status == .replica
        }
        let voters = value(of: lease)?.synchronous.voters.count
        return areFollowing && voters == (isSynchronous ? replicas.count : 0)
            && master.database.effectiveSet == value(of: lease)?.synchronous
    }

    /// Acknowledged writes that the open master lacks.
    var lostWrites: Set<Int> {
        let open = members.filter { $0.database.isOpenPrimary }
        return acknowledged.subtracting(open.flatMap { $0.database.log.map(\.write) })
    }

    /// The end of the trace.
    var lastTrace: String { trace.suffix(300).joined(separator: "\n") }

    /// What is not as it should be, for the report of a failure.
    var summary: String {
        let lines = members.map { member in
            let decision = member.supervisor.decision
            return "pg-\(member.ordinal) \(member.phase) \(member.database.process)"
                + " primary=\(member.database.isPrimary) \(member.database.access)"
                + " log=\(member.database.log.count)"
                + " \(member.database.position(member.database.log.count))"
                + " up=\(member.database.upstream.map(String.init) ?? "-")"
                + " streaming=\(member.database.isStreaming) \(member.database.directory)"
                + " -> \(decision.status) \(decision.reasons.map(\.rawValue))"
                + " \(decision.candidacy)"
        }
        return "\(lines.joined(separator: "\n"))\nLease \(lease.map { "\($0)" } ?? "none")"
    }
}
