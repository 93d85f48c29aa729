@testable import ReplicationCore

/// A database with its volume, whose history is exact: every write ever made can be told apart.
struct ModelDatabase {
    /// One record of the log; `write` is below 0 for the server's own.
    struct Entry: Hashable {
        var branch: UInt32
        var write: Int
    }

    enum Process: Equatable {
        case down
        case starting(readyAt: Int)
        case running
    }

    /// A member that receives from this one.
    struct Connection {
        var voter: Voter
        var member: Int
        var flushed: Int
        /// Until when it is shown although nothing comes any more.
        var lingersUntil: Int
    }

    // The volume.
    var directory = DataDirectory.empty
    var clusterID: String?
    var log: [Entry] = []
    var isClean = true
    var wasPrimary = false
    var isArmed = true
    /// Settings as written; they outlive the server.
    var upstream: Int?
    var access = Access.open
    var writtenSet = SynchronousSet.empty

    // The server.
    var process = Process.down
    var isPrimary = false
    var replayed = 0
    var isStreaming = false
    var streamsUntil = 0
    var hungUntil = 0
    var loadedSet = SynchronousSet.empty
    var effectiveSet = SynchronousSet.empty
    var effectiveAt = 0
    var connections: [Connection] = []
    var retained: [String] = []
    var waiting: [(write: Int, end: Int)] = []
    /// Changes with each start: a stream does not outlive either server.
    var life = 0
    var streamedLife = 0
    var streamedPrimary = false

    var isOpenPrimary: Bool { process == .running && isPrimary && access == .open }

    var state: MemberState? {
        switch directory {
        case .complete(let state), .unfinished(let state): state
        case .unknown, .empty, .unmarked, .unreadable: nil
        }
    }

    var lineage: Lineage {
        var finished: [FinishedBranch] = []
        for (index, entry) in log.enumerated() where index > 0 {
            let before = log[index - 1].branch
            if before != entry.branch {
                finished.append(FinishedBranch(branch: before, end: UInt64(index)))
            }
        }
        return Lineage(finished: finished, tip: position(log.count))
    }

    func position(_ count: Int) -> Position {
        let branch = count > 0 ? log[count - 1].branch : 1
        return Position(branch: branch, offset: UInt64(count))
    }

    func stopped(lowerBound: Int) -> StoppedDatabase? {
        guard let clusterID, process == .down else { return nil }
        let count = isClean ? log.count : max(0, log.count - lowerBound)
        return StoppedDatabase(
            clusterID: clusterID, isClean: isClean, wasPrimary: wasPrimary,
            position: position(count))
    }

    func observation(names: [String], at tick: Int) -> DatabaseObservation {
        switch process {
        case .down: return .down
        case .starting: return .starting
        case .running: if tick < hungUntil { return .unresponsive }
        }
        guard let clusterID else { return .unusable("no data") }
        if isPrimary {
            return .primary(
                PrimaryObservation(
                    clusterID: clusterID, lineage: lineage, access: access,
                    synchronous: loadedSet, isSynchronousInForce: loadedSet == effectiveSet,
                    replicas: connections.map { connection in
                        ReplicaConnection(
                            voter: connection.voter, isStreaming: true,
                            counts: effectiveSet.voters.contains(connection.voter),
                            flushedOffset: UInt64(connection.flushed))
                    },
                    retained: retained, isArmed: isArmed))
        }
        let isFinal = upstream == nil && !isStreaming && replayed == log.count
        return .standby(
            StandbyObservation(
                clusterID: clusterID, position: position(isStreaming ? log.count : replayed),
                isFinal: isFinal, upstream: upstream.map { names[$0] }, isStreaming: isStreaming,
                access: access, synchronous: writtenSet))
    }

    // MARK: What is done to it

    mutating func start(at tick: Int, readyAt: Int) {
        process = .starting(readyAt: readyAt)
        isPrimary = false
        connections = []
        waiting = []
        isStreaming = false
        life += 1
        loadedSet = writtenSet
        effectiveSet = writtenSet
        // The end of the local log is reached only after a while (F6).
        replayed = max(0, log.count - 4)
    }

    mutating func crash() {
        guard process != .down else { return }
        wasPrimary = isPrimary
        isClean = false
        end()
    }

    mutating func stopInOrder() {
        guard process != .down else { return }
        wasPrimary = isPrimary
        isClean = process == .running
        end()
    }

    private mutating func end() {
        process = .down
        hungUntil = 0
        isPrimary = false
        connections = []
        waiting = []
        isStreaming = false
    }

    mutating func reload(at tick: Int, delay: Int) {
        loadedSet = writtenSet
        effectiveAt = tick + delay
    }

    mutating func promote(_ permit: PromotionPermit, branch: UInt32) {
        writtenSet = permit.synchronous
        loadedSet = permit.synchronous
        effectiveSet = permit.synchronous
        isPrimary = true
        isStreaming = false
        replayed = log.count
        log.append(Entry(branch: branch, write: -permit.term))
        isArmed = true
    }

    mutating func write(_ id: Int) {
        log.append(Entry(branch: log.last?.branch ?? 1, write: id))
        waiting.append((write: id, end: log.count))
    }

    /// The writes that may be acknowledged now.
    mutating func acknowledge(at tick: Int) -> [Int] {
        if effectiveSet != loadedSet, tick >= effectiveAt { effectiveSet = loadedSet }
        guard process == .running, isPrimary, access == .open, tick >= hungUntil else { return [] }
        var done: [Int] = []
        waiting.removeAll { item in
            let holders = connections.filter { connection in
                effectiveSet.voters.contains(connection.voter) && connection.flushed >= item.end
            }
            guard holders.count >= effectiveSet.required else { return false }
            done.append(item.write)
            return true
        }
        return done
    }
}
