public import Testing

/// Lets the tests that have servers in processes of their own run one after another, whatever suite
/// they are in: an exit test blocks a thread of the cooperative pool until its process has ended,
/// and on a machine with few processors nothing else would go on meanwhile.
public struct OneServerAtATime: TestTrait, SuiteTrait, TestScoping {
    /// Every test of a suite is meant.
    public var isRecursive: Bool { true }

    /// Waits for its turn before each case of a test.
    @concurrent
    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        guard testCase != nil else { return try await function() }
        await Turn.shared.take()
        let outcome: Result<Void, any Error>
        do {
            try await function()
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await Turn.shared.give()
        try outcome.get()
    }

    private actor Turn {
        static let shared = Turn()
        private var isTaken = false
        private var waiting: [CheckedContinuation<Void, Never>] = []

        func take() async {
            if !isTaken {
                isTaken = true
                return
            }
            await withCheckedContinuation { waiting.append($0) }
        }

        func give() {
            if waiting.isEmpty {
                isTaken = false
            } else {
                waiting.removeFirst().resume()
            }
        }
    }
}

extension Trait where Self == OneServerAtATime {
    /// One test with a server at a time.
    public static var oneServerAtATime: OneServerAtATime { OneServerAtATime() }
}
