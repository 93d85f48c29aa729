/// Waits until a condition holds, looking every few milliseconds; nothing waits for a fixed time.
public func eventually(
    _ what: String, within timeout: Duration = .seconds(20),
    _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now + timeout
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            throw ServerProcess.Failure(description: "\(what): not within \(timeout)")
        }
        try await Task.sleep(for: .milliseconds(20))
    }
}
