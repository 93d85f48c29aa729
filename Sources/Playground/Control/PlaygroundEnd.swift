import Glibc

/// The end of a playground, whoever runs it.
public enum PlaygroundEnd {
    /// Ends the playground in the folder, or what a killed one left there, and says what was done.
    /// Throws ``PlaygroundError``.
    public static func down(
        _ directory: PlaygroundDirectory
    ) async throws(PlaygroundError) -> String {
        let client = ControlClient(directory)
        guard DirectoryLock.isHeld(directory) else {
            if let sentence = try Leftovers.end(in: directory) {
                unlink(directory.processesFile)
                return sentence
            }
            return "No playground runs in \(directory.path)."
        }
        var failure: PlaygroundError?
        do {
            _ = try await client.send(.down, timeout: Limits.down)
        } catch {
            // The answer may be lost in its end; what counts is whether it ends.
            failure = error
        }
        let deadline = ContinuousClock.now + Limits.processEnd
        while DirectoryLock.isHeld(directory) {
            guard ContinuousClock.now < deadline else {
                throw failure
                    ?? PlaygroundError(
                        .temporary, "The playground in \(directory.path) does not end.")
            }
            do {
                try await Task.sleep(for: Limits.poll)
            } catch {
                throw PlaygroundError(.temporary, "Cancelled.")
            }
        }
        return "Nothing is left running in \(directory.path)."
    }
}
