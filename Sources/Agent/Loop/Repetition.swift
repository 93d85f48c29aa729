import Synchronization

/// Tells what is new from what was said last: a failure that repeats is said once.
final class Repetition: Sendable {
    private let last = Mutex<[String: String]>([:])

    /// Whether that was not the last thing to be said of the subject.
    func isNew(_ text: String, of subject: String) -> Bool {
        last.withLock { last in
            defer { last[subject] = text }
            return last[subject] != text
        }
    }

    /// Forgets what was said of the subject, since it no longer holds.
    func clear(_ subject: String) {
        last.withLock { $0[subject] = nil }
    }
}
