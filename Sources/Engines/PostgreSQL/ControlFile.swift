import EngineKit
import ReplicationCore

/// `global/pg_control` of PostgreSQL 13 to 18 on a little-endian machine. It is parsed here because
/// the agent's image need not have pg_controldata. The layout is `ControlFileData` of
/// src/include/catalog/pg_control.h; 18 has one more byte before the nonce, which moves only the
/// checksum.
struct ControlFile: Sendable, Hashable {
    /// `DBState` of the same header.
    enum State: UInt32, Sendable, CaseIterable {
        case startingUp = 0
        case shutDown = 1
        case shutDownInRecovery = 2
        case shuttingDown = 3
        case inCrashRecovery = 4
        case inArchiveRecovery = 5
        case inProduction = 6
    }

    let systemIdentifier: UInt64
    let state: State
    /// Where the last checkpoint's record begins.
    let checkpoint: UInt64
    let redo: UInt64
    let checkpointTimeline: UInt32
    let minimumRecoveryPoint: UInt64
    let minimumRecoveryTimeline: UInt32
    let segmentBytes: UInt32

    /// The versions of the layout that are known, and where each has its checksum.
    private static let checksumOffsets: [UInt32: Int] = [1300: 288, 1800: 292]

    init(_ bytes: [UInt8]) throws(EngineError) {
        guard bytes.count >= 296 else {
            throw EngineError(.verificationFailed, "pg_control is cut off")
        }
        func number32(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(bytes[offset + $1]) << (8 * UInt32($1)) }
        }
        func number64(_ offset: Int) -> UInt64 {
            UInt64(number32(offset)) | UInt64(number32(offset + 4)) << 32
        }
        guard let checksumOffset = ControlFile.checksumOffsets[number32(8)] else {
            throw EngineError(
                .unsupported, "pg_control has version \(number32(8)), which is not known")
        }
        guard Checksum.crc32c(bytes[0..<checksumOffset]) == number32(checksumOffset) else {
            throw EngineError(.verificationFailed, "pg_control does not match its checksum")
        }
        guard let state = State(rawValue: number32(16)) else {
            throw EngineError(.unsupported, "pg_control has an unknown state \(number32(16))")
        }
        self.state = state
        systemIdentifier = number64(0)
        checkpoint = number64(32)
        redo = number64(40)
        checkpointTimeline = number32(48)
        minimumRecoveryPoint = number64(136)
        minimumRecoveryTimeline = number32(144)
        segmentBytes = number32(228)
    }

    /// The same, for the rules.
    var stopped: StoppedDatabase {
        StoppedDatabase(
            clusterID: String(systemIdentifier), isClean: isClean, wasPrimary: wasPrimary,
            position: Position(
                branch: max(checkpointTimeline, minimumRecoveryTimeline), offset: offset))
    }

    private var isClean: Bool {
        switch state {
        case .shutDown, .shutDownInRecovery: true
        case .startingUp, .shuttingDown, .inCrashRecovery, .inArchiveRecovery, .inProduction:
            false
        }
    }

    private var wasPrimary: Bool {
        switch state {
        // A server that died while it started or recovered may have been a primary before.
        case .shutDown, .shuttingDown, .inProduction, .inCrashRecovery, .startingUp: true
        case .shutDownInRecovery, .inArchiveRecovery: false
        }
    }

    private var offset: UInt64 {
        switch state {
        case .shutDown:
            // The checkpoint is the shutdown record, the last one that this server wrote. Where
            // the record ends is not in the file, so what is said is: whoever holds all of this
            // data has come beyond the record's start.
            checkpoint + 1
        case .startingUp, .shutDownInRecovery, .shuttingDown, .inCrashRecovery,
            .inArchiveRecovery, .inProduction:
            max(minimumRecoveryPoint, max(redo, checkpoint))
        }
    }
}
