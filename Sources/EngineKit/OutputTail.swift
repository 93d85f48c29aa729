import Synchronization

/// The end of a program's output, and when something came last.
final class OutputTail: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var cameAt = ContinuousClock.now
    }

    private let state = Mutex(State())

    func append(_ bytes: [UInt8]) {
        state.withLock { state in
            state.bytes += bytes
            state.cameAt = ContinuousClock.now
            if state.bytes.count > 2 * Limits.programOutputBytes {
                state.bytes.removeFirst(state.bytes.count - Limits.programOutputBytes)
            }
        }
    }

    /// When something came last, or when it was made.
    var cameAt: ContinuousClock.Instant { state.withLock { $0.cameAt } }

    /// The kept output.
    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }

    /// The last lines on one line, for an error.
    var lastLines: String {
        let lines = text.split(whereSeparator: \.isNewline).suffix(Limits.programErrorLines)
        return lines.isEmpty ? "it wrote nothing" : lines.joined(separator: " | ")
    }
}
