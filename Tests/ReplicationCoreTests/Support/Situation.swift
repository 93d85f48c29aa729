@testable import ReplicationCore

/// One point of the product of all that a decision looks at, in small enums.
struct Situation: Hashable {
    enum Database: CaseIterable {
        case unknown, down, downStopped, starting, unresponsive, unusable
        case following, waiting, final, finalClosed, replayHeld, branchedOff
        case open, closed, uncertain, openWeak, closedWeak
    }

    enum Lease: CaseIterable {
        case absent, unknown, free, others, othersExpired
        case mine, mineStale, mineUnrenewed, mineUnknownWrite, mineUnreachable
    }

    enum Record: CaseIterable {
        case none, damaged, initialisingMe, initialisingOther, unled
        case meNow, meBefore, otherNow, otherBefore, meNowOtherData, foreign
    }

    enum Directory: CaseIterable {
        case unknown, empty, initialising, cloning, rewinding, complete, behind, unreadable
    }

    enum Peers: CaseIterable { case unheard, behind, equal, ahead, diverged }

    var database = Database.final
    var lease = Lease.mine
    var record = Record.otherBefore
    var directory = Directory.complete
    var peers = Peers.equal
    var mode = Mode.quorum
    var isVoter = true
    var isEnding = false
    var hasLabelledPeer = false

    /// Calls for every point of the product; where nobody may act on the Lease, or there is no
    /// whole data, the last four take turns instead of being multiplied.
    static func forEach(_ body: (Situation) -> Void) {
        var turn = 0
        for database in Database.allCases {
            for lease in Lease.allCases {
                for record in Record.allCases {
                    for directory in Directory.allCases {
                        for peers in Peers.allCases {
                            let base = Situation(
                                database: database, lease: lease, record: record,
                                directory: directory, peers: peers)
                            turn += 7
                            let flags = base.isDecisive ? 0..<24 : (turn % 24)..<(turn % 24 + 1)
                            flags.forEach { body(base.with(flags: $0)) }
                        }
                    }
                }
            }
        }
    }

    private var isDecisive: Bool {
        let mayAct = lease == .mine || lease == .mineUnknownWrite || lease == .othersExpired
        return mayAct && (directory == .complete || directory == .behind)
    }

    private func with(flags: Int) -> Situation {
        var copy = self
        copy.mode = Mode.allCases[flags % 3]
        copy.isVoter = flags / 3 % 2 == 0
        copy.isEnding = flags / 6 % 2 == 0
        copy.hasLabelledPeer = flags / 12 % 2 == 0
        return copy
    }

    /// The member `pg-1` of three in this situation, in term 5.
    var observation: Observation {
        var seen = Observation(
            identity: Build.identity(1), settings: Build.settings(mode: mode),
            startedAt: Build.now - .seconds(100))
        seen.directory = dataDirectory
        seen.databaseSince = Build.now - .seconds(1)
        seen.databaseRanAt = Build.now - .seconds(1)
        seen.database = databaseObservation
        if database == .downStopped {
            seen.stopped = StoppedDatabase(
                clusterID: Build.clusterID, isClean: true, wasPrimary: true,
                position: Position(branch: 5, offset: 500))
        }
        seen.wasPrimary = isPrimary
        seen.isKnownReadOnly = !isPrimary && !(isHung && record == .meNow)
        seen.synchronousSetting = .seen
        seen.pods = Build.pods(3, master: hasLabelledPeer ? 2 : nil)
        seen.shutdown = isEnding ? .requested : .none
        seen.barrier = Barrier(set: Build.set([0, 2], 1), offset: 450)
        seen.streamedAt = [Build.voter(0): Build.now, Build.voter(2): Build.now]
        fillLease(&seen)
        fillPeers(&seen)
        return seen
    }

    /// Whether the database can acknowledge a write, as far as it is known.
    var canAcknowledge: Bool {
        switch database {
        case .open, .uncertain, .openWeak: true
        case .unknown, .down, .downStopped, .starting, .unresponsive, .unusable, .following,
            .waiting, .final, .finalClosed, .replayHeld, .branchedOff, .closed, .closedWeak:
            false
        }
    }

    var isPrimary: Bool {
        canAcknowledge || database == .closed || database == .closedWeak
    }

    var isHung: Bool { database == .unresponsive || database == .unusable }

    var isValidHolder: Bool {
        lease == .mine || lease == .mineUnknownWrite || lease == .mineUnreachable
    }

    private var dataDirectory: DataDirectory {
        switch directory {
        case .unknown: .unknown
        case .empty: .empty
        case .initialising: .unfinished(Build.state(1, step: .initialising))
        case .cloning: .unfinished(Build.state(1, step: .cloning))
        case .rewinding: .unfinished(Build.state(1, step: .rewinding))
        case .complete: .complete(Build.state(1, promised: 5, followed: 5))
        case .behind: .complete(Build.state(1, promised: 4, followed: 4))
        case .unreadable: .unreadable("x")
        }
    }

    private var databaseObservation: DatabaseObservation {
        let set = Build.set([0, 2], 1)
        let connections = [Build.connection(0), Build.connection(2)]
        func primary(_ access: Access, _ set: SynchronousSet) -> DatabaseObservation {
            .primary(
                Build.primary(access: access, set, replicas: connections, retained: [0, 2]))
        }
        switch database {
        case .unknown: return .unknown
        case .down, .downStopped: return .down
        case .starting: return .starting
        case .unresponsive: return .unresponsive
        case .unusable: return .unusable("x")
        case .following: return .standby(Build.standby(upstream: 0, isStreaming: true))
        case .waiting: return .standby(Build.standby(upstream: 0))
        case .final: return .standby(Build.standby(isFinal: true))
        case .finalClosed: return .standby(Build.standby(isFinal: true, access: .closed))
        case .replayHeld: return .standby(Build.standby(isReplayHeld: true))
        case .branchedOff:
            return .standby(
                Build.standby(Position(branch: 4, offset: 450), isFinal: true, access: .closed))
        case .open: return primary(.open, set)
        case .closed: return primary(.closed, set)
        case .uncertain: return primary(.uncertain, set)
        case .openWeak: return primary(.open, .empty)
        case .closedWeak: return primary(.closed, .empty)
        }
    }

    private var leaseRecord: LeaseValue.Record {
        let set = Build.set(isVoter ? [0, 1, 2] : [0, 2], 1)
        let own = Build.set(isVoter ? [0, 2] : [0, 1, 2], 1)
        func led(_ master: Int?, _ term: Term, _ set: SynchronousSet) -> ClusterRecord {
            var record = Build.record(master: master, term: term, set, mode: mode)
            record.master?.start = Build.at(term - 1, 5, 500)
            return record
        }
        switch record {
        case .none: return .missing
        case .damaged: return .damaged
        case .initialisingMe:
            return .readable(ClusterRecord(initialisation: .running(by: "pg-1"), mode: mode))
        case .initialisingOther:
            return .readable(ClusterRecord(initialisation: .running(by: "pg-0"), mode: mode))
        case .unled: return .readable(led(nil, 5, .empty))
        case .meNow: return .readable(led(1, 5, own))
        case .meBefore: return .readable(led(1, 4, own))
        case .otherNow: return .readable(led(0, 5, set))
        case .otherBefore: return .readable(led(0, 4, set))
        case .meNowOtherData:
            var record = led(1, 5, own)
            record.master?.voter.incarnation = "b"
            return .readable(record)
        case .foreign:
            var record = led(0, 4, set)
            record.clusterID = "other"
            return .readable(record)
        }
    }

    private func fillLease(_ seen: inout Observation) {
        let now = Build.now
        seen.lease.isReachable = lease != .mineUnreachable
        seen.lease.changedAt = now - .seconds(1)
        func present(_ ordinal: Int?) -> LeaseView.Content {
            .present(
                Build.value(
                    holder: ordinal.map { Build.identity($0).holder } ?? "", leaseRecord))
        }
        switch lease {
        case .absent: seen.lease.content = .absent
        case .unknown: return
        case .free: seen.lease.content = present(nil)
        case .others: seen.lease.content = present(0)
        case .othersExpired:
            seen.lease.content = present(0)
            seen.lease.changedAt = now - Build.timing.duration - .seconds(5)
        case .mine, .mineStale, .mineUnrenewed, .mineUnknownWrite, .mineUnreachable:
            seen.lease.content = present(1)
            seen.lease.sentAt = now - .seconds(1)
            seen.lease.takenAt = now - .seconds(5)
            seen.lease.validUntil = now + .seconds(6)
            if lease == .mineStale { seen.lease.validUntil = now - .milliseconds(1) }
            if lease == .mineUnrenewed { seen.lease.validUntil = nil }
            seen.lease.hasUnknownWrite = lease == .mineUnknownWrite
        }
    }

    private func fillPeers(_ seen: inout Observation) {
        let position: Position
        switch peers {
        case .unheard: return
        case .behind: position = Position(branch: 5, offset: 400)
        case .equal: position = Position(branch: 5, offset: 500)
        case .ahead: position = Position(branch: 5, offset: 600)
        case .diverged: position = Position(branch: 9, offset: 500)
        }
        let isLed = record == .otherNow
        for ordinal in [0, 2] {
            let isMaster = isLed && ordinal == 0
            let database: DatabaseObservation =
                isMaster
                ? .primary(Build.primary(tip: position))
                : .standby(Build.standby(position, isFinal: true))
            seen.hears(
                Build.report(ordinal, database: database, role: isMaster ? .master : .replica))
        }
    }
}
