/// Waiting for something that another process does.
enum Waiting {
    /// A short pause. Throws ``PlaygroundError`` when the task is cancelled.
    static func pause() async throws(PlaygroundError) {
        do {
            try await Task.sleep(for: Limits.poll)
        } catch {
            throw PlaygroundError(.temporary, "Interrupted.")
        }
    }

    /// Returns what the closure finds, as soon as it finds something. Throws ``PlaygroundError``
    /// that says what was waited for when it takes too long.
    static func find<Result>(
        _ what: String, within limit: Duration, _ look: () async throws(PlaygroundError) -> Result?
    ) async throws(PlaygroundError) -> Result {
        let deadline = ContinuousClock.now + limit
        while ContinuousClock.now < deadline {
            if let found = try await look() { return found }
            try await pause()
        }
        throw PlaygroundError(.unavailable, "Not within \(limit): \(what).")
    }
}
