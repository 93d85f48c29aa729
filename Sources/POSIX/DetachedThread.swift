import Glibc

/// Threads for what may block, so that it never blocks one of the cooperative pool.
public enum DetachedThread {
    /// Starts a thread that runs the body and ends with it.
    /// - Parameters:
    ///   - stackBytes: the size of its stack.
    ///   - body: what it runs.
    /// - Throws: ``SystemFailure`` when there is no room for another thread.
    public static func start(
        stackBytes: Int, _ body: @escaping @Sendable () -> Void
    ) throws(SystemFailure) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(Body(body))
        let failure = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, argument.toOpaque())
        guard failure == 0 else {
            argument.release()
            throw SystemFailure(failure)
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
