@testable import ReplicationCore

/// Small builders for what the rules look at: a cluster `pg` of members `pg-0`, `pg-1`, …, whose
/// own member is `pg-0` where nothing else is said.
enum Build {
    static let clusterID = "7000000000000000001"
    static let timing = Profile.default.timing
    static let now = Instant(nanoseconds: 1_000_000_000_000)

    static func name(_ ordinal: Int) -> String { "pg-\(ordinal)" }

    static func voter(_ ordinal: Int, _ incarnation: String = "a") -> Voter {
        Voter(member: name(ordinal), incarnation: incarnation)
    }

    static func identity(_ ordinal: Int = 0, uid: String = "u1") -> Identity {
        Identity(
            member: name(ordinal), ordinal: ordinal, podUID: "\(ordinal)-\(uid)", cluster: "pg",
            engine: "postgresql")
    }

    static func settings(members: Int = 3, mode: Mode = .quorum) -> ClusterSettings {
        ClusterSettings(
            members: (0..<members).map(name), mode: mode, timing: timing,
            maximumLagBytes: 1000)
    }

    static func state(
        _ ordinal: Int = 0, promised: Term = 5, followed: Term = 5, begun: Term? = nil,
        step: DirectoryStep = .complete, incarnation: String = "a"
    ) -> MemberState {
        MemberState(
            clusterID: step == .initialising ? nil : clusterID, incarnation: incarnation,
            promisedTerm: promised, followedTerm: followed, begunTerm: begun, step: step)
    }

    static func set(_ ordinals: [Int], _ required: Int) -> SynchronousSet {
        SynchronousSet(voters: ordinals.map { voter($0) }, required: required)
    }

    static func standby(
        _ position: Position = Position(branch: 5, offset: 500), isFinal: Bool = false,
        upstream: Int? = nil, isStreaming: Bool = false, access: Access = .open,
        isReplayHeld: Bool = false
    ) -> StandbyObservation {
        StandbyObservation(
            clusterID: clusterID, position: position, isFinal: isFinal,
            upstream: upstream.map(name), isStreaming: isStreaming, isReplayHeld: isReplayHeld,
            access: access)
    }

    static func primary(
        tip: Position = Position(branch: 5, offset: 500), access: Access = .open,
        _ set: SynchronousSet = set([1, 2], 1), isInForce: Bool = true,
        replicas: [ReplicaConnection]? = nil, retained: [Int] = [1, 2], isArmed: Bool = true
    ) -> PrimaryObservation {
        PrimaryObservation(
            clusterID: clusterID,
            lineage: Lineage(
                finished: [FinishedBranch(branch: tip.branch - 1, end: 400)], tip: tip),
            access: access, synchronous: set, isSynchronousInForce: isInForce,
            replicas: replicas ?? [connection(1), connection(2)], retained: retained.map(name),
            isArmed: isArmed)
    }

    static func connection(
        _ ordinal: Int, flushed: UInt64 = 500, isStreaming: Bool = true, counts: Bool = true
    ) -> ReplicaConnection {
        ReplicaConnection(
            voter: voter(ordinal), isStreaming: isStreaming, counts: counts,
            flushedOffset: flushed)
    }

    /// The record of a cluster whose master of term 5 is `master`, which went on from 400.
    static func record(
        master: Int? = 0, term: Term = 5, _ set: SynchronousSet = set([1, 2], 1),
        mode: Mode = .quorum, members: Int = 3, final: TermPosition? = nil,
        incarnation: String = "a"
    ) -> ClusterRecord {
        ClusterRecord(
            clusterID: clusterID, initialisation: .done, mode: mode,
            master: master.map {
                MasterRecord(
                    voter: voter($0, incarnation), term: term, start: at(term - 1, 4, 400),
                    proof: .promises)
            },
            synchronous: mode == .async ? .empty : set, members: (0..<members).map(name),
            final: final, lastPosition: at(term, 5, 500))
    }

    static func at(_ term: Term, _ branch: UInt32, _ offset: UInt64) -> TermPosition {
        TermPosition(followedTerm: term, position: Position(branch: branch, offset: offset))
    }

    static func value(
        holder: String, term: Term = 5, version: Int = 100, renewal: String = "r1",
        duration: Duration = timing.duration, _ record: LeaseValue.Record, uid: String = "lease"
    ) -> LeaseValue {
        var record = record
        if holder.isEmpty, case .readable(var released) = record {
            released.releasedTerm = term
            record = .readable(released)
        }
        return LeaseValue(
            uid: uid, resourceVersion: "\(version)", holder: holder, term: term,
            renewTime: renewal, duration: duration, record: record)
    }

    static func report(
        _ ordinal: Int, database: DatabaseObservation, state: MemberState? = nil,
        directory: DataDirectory? = nil, term: Term = 5, role: Role? = nil,
        status: MemberStatus = .replica, isTerminating: Bool = false,
        record: ClusterRecord? = nil, isReachable: Bool = true
    ) -> MemberReport {
        let state = state ?? Build.state(ordinal)
        return MemberReport(
            member: name(ordinal), ordinal: ordinal, podUID: "\(ordinal)-u1", cluster: "pg",
            engine: "postgresql", status: status, role: role,
            directory: directory ?? .complete(state), database: database,
            position: database.position.map {
                TermPosition(followedTerm: state.followedTerm, position: $0)
            },
            lease: LeaseReport(
                isReachable: isReachable, isKnown: true, holder: nil, holderIdentity: nil,
                term: term, remainingMilliseconds: nil, record: record),
            candidacy: .eligible, reasons: [], isTerminating: isTerminating)
    }

    static func pods(_ count: Int = 3, master: Int? = nil, at term: Term = 5) -> [String: PodView] {
        let pods = (0..<count).map { ordinal in
            PodView(
                name: name(ordinal), uid: "\(ordinal)-u1",
                role: ordinal == master ? "master" : "replica", status: nil, term: "\(term)",
                isTerminating: false)
        }
        return Dictionary(uniqueKeysWithValues: pods.map { ($0.name, $0) })
    }

    /// The steady state of a cluster of three as `pg-0` sees it: it is the open master of term 5.
    static func master(members: Int = 3, mode: Mode = .quorum) -> Observation {
        var seen = Observation(
            identity: identity(), settings: settings(members: members, mode: mode),
            startedAt: now - .seconds(100))
        let others = Array(1..<max(1, members))
        let voters =
            mode == .async || others.isEmpty
            ? SynchronousSet.empty
            : set(others, SynchronousSet.wantedRequired(voters: others.count))
        seen.directory = .complete(state())
        seen.database = .primary(
            primary(voters, replicas: others.map { connection($0) }, retained: others))
        seen.databaseSince = now - .seconds(50)
        seen.databaseSeenAt = now
        seen.wasPrimary = true
        seen.pods = pods(members, master: 0)
        seen.holds(record(voters, mode: mode, members: members))
        seen.barrier = voters.voters.isEmpty ? nil : Barrier(set: voters, offset: 450)
        for ordinal in others {
            seen.streamedAt[voter(ordinal)] = now
            seen.hears(follower(ordinal))
        }
        return seen
    }

    /// What a healthy replica of `pg-0` says.
    static func follower(_ ordinal: Int, offset: UInt64 = 500, term: Term = 5) -> MemberReport {
        report(
            ordinal,
            database: .standby(
                standby(Position(branch: 5, offset: offset), upstream: 0, isStreaming: true)),
            state: state(ordinal, promised: term, followed: term), role: .replica)
    }

    /// The steady state as the replica `pg-1` sees it, whose master is `pg-0`.
    static func replica(members: Int = 3, mode: Mode = .quorum) -> Observation {
        var seen = Observation(
            identity: identity(1), settings: settings(members: members, mode: mode),
            startedAt: now - .seconds(100))
        seen.directory = .complete(state(1))
        seen.database = .standby(standby(upstream: 0, isStreaming: true))
        seen.databaseSince = now - .seconds(50)
        seen.databaseSeenAt = now
        seen.pods = pods(members, master: 0)
        seen.lease.isReachable = true
        seen.lease.content = .present(
            value(
                holder: identity(0).holder,
                .readable(record(mode: mode, members: members))))
        seen.lease.changedAt = now - .seconds(1)
        seen.hears(
            report(0, database: .primary(primary()), role: .master, status: .master))
        if members > 2 { seen.hears(follower(2)) }
        return seen
    }

    /// `pg-1` when the Lease is free, the old master's upstream gone, and `pg-2` is heard.
    static func candidate(mode: Mode = .quorum) -> Observation {
        var seen = replica(mode: mode)
        seen.database = .standby(standby(upstream: 0))
        seen.peers = [:]
        seen.hears(
            report(2, database: .standby(standby(upstream: 0)), state: state(2)))
        seen.lease.changedAt = now - timing.duration - .seconds(1)
        return seen
    }
}

extension Observation {
    /// Makes this member the holder of a valid Lease of that term.
    mutating func holds(_ record: ClusterRecord, term: Term = 5) {
        lease.isReachable = true
        lease.content = .present(
            Build.value(holder: identity.holder, term: term, .readable(record)))
        lease.changedAt = Build.now - .seconds(1)
        lease.sentAt = Build.now - .seconds(1)
        lease.takenAt = Build.now - .seconds(5)
        lease.validUntil = Build.now + .seconds(6)
    }

    /// Takes in a report that was just asked for.
    mutating func hears(_ report: MemberReport, ago: Duration = .milliseconds(100)) {
        peers[report.member] = PeerView(
            report: report, askedAt: Build.now - ago, isAnswering: true)
    }

    /// A peer answers this holder's request for a promise with that report.
    mutating func isAnswered(_ report: MemberReport) {
        let request = PromiseRequest(
            term: lease.term, holder: identity.holder, purpose: .succession)
        fold(.peerAnswered(report, to: request, askedAt: Build.now), at: Build.now)
    }

    /// The same with a change.
    func with(_ change: (inout Observation) -> Void) -> Observation {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Decision {
    var write: LeaseWrite? {
        effects.lazy.compactMap { effect -> LeaseWrite? in
            if case .writeLease(let write) = effect { write } else { nil }
        }.first
    }

    var isReleasing: Bool { write?.holder == "" }

    var promotion: PromotionPermit? {
        effects.lazy.compactMap { effect -> PromotionPermit? in
            if case .promote(let permit) = effect { permit } else { nil }
        }.first
    }

    var opening: OpeningPermit? {
        effects.lazy.compactMap { effect -> OpeningPermit? in
            if case .open(let permit) = effect { permit } else { nil }
        }.first
    }

    var persisted: MemberState? {
        effects.lazy.compactMap { effect -> MemberState? in
            if case .persist(let state) = effect { state } else { nil }
        }.first
    }

    var isStopping: Bool {
        effects.contains { effect in
            if case .stopDatabase = effect { true } else { false }
        }
    }
}
