import Synchronization

/// The bearer token, as its file says now.
final class TokenSource: Sendable {
    private struct Reading {
        var token: String
        var at: ContinuousClock.Instant
    }

    private let path: String
    private let reading = Mutex<Reading?>(nil)

    init(path: String) {
        self.path = path
    }

    /// The token, read at most ``Limits/tokenAge`` ago. While its file can't be read the last one
    /// counts: the server says when that is no longer good.
    func token() throws(KubernetesError) -> String {
        let known = reading.withLock { $0 }
        if let known, .now - known.at < Limits.tokenAge { return known.token }
        do throws(KubernetesError) {
            let token = try SmallFile.readWord(path)
            reading.withLock { $0 = Reading(token: token, at: .now) }
            return token
        } catch {
            guard let known else { throw error }
            return known.token
        }
    }

    /// Makes the next call read the file.
    func refused(_ token: String) {
        reading.withLock { known in
            if known?.token == token { known = nil }
        }
    }
}
