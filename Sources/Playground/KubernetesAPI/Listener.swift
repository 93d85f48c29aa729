/// The task that accepts connections; there is at most one.
actor Listener {
    private var task: Task<Void, Never>?

    /// Runs it beside.
    func run(_ body: @escaping @Sendable () async -> Void) async {
        await stop()
        task = Task { await body() }
    }

    /// Cancels it and waits for its end.
    func stop() async {
        let running = task
        task = nil
        running?.cancel()
        await running?.value
    }
}
