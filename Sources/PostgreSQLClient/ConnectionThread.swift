import CLibPQ
import Glibc
import POSIX
import Synchronization

/// A thread of its own for one connection, as the executor of the connection's actor. A statement
/// blocks this thread and no other; in between the thread watches the socket, so that a dead server
/// is noticed at once.
final class ConnectionThread: SerialExecutor {
    private let queue: JobQueue

    init() throws(PostgreSQLError) {
        queue = try JobQueue()
        try queue.start()
    }

    deinit {
        queue.stop()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        queue.append(UnownedJob(job), for: self)
    }

    func checkIsolated() {
        precondition(queue.isCurrentThread, "not on the connection's thread")
    }

    /// Calls the handler once, on the connection's thread, when the socket has something to read
    /// and no statement runs. To be called on the connection's thread only.
    func watch(_ socket: Int32, _ handler: @escaping @Sendable () -> Void) {
        queue.watch(socket, handler)
    }

    /// Stops watching.
    func unwatch() {
        queue.unwatch()
    }
}

/// The work of one connection's thread.
private final class JobQueue: Sendable {
    private struct Entry {
        var job: UnownedJob
        /// Keeps the executor alive while its job runs.
        var executor: ConnectionThread
    }

    private struct Watch {
        var socket: Int32
        var handler: @Sendable () -> Void
    }

    private struct State {
        var entries: [Entry] = []
        var watch: Watch?
        var isStopping = false
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    /// An eventfd: readable when there is something to do.
    private let wakeup: Int32

    init() throws(PostgreSQLError) {
        wakeup = eventfd(0, understudy_eventfd_flags)
        guard wakeup >= 0 else {
            throw .unreachable("no file descriptor is left for a connection's thread")
        }
    }

    deinit {
        Glibc.close(wakeup)
    }

    func start() throws(PostgreSQLError) {
        do throws(SystemFailure) {
            try DetachedThread.start(stackBytes: Limits.threadStackBytes) { self.run() }
        } catch {
            throw .unreachable("no thread could be started for a connection: \(error)")
        }
    }

    var isCurrentThread: Bool {
        state.withLock { $0.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
    }

    func append(_ job: UnownedJob, for executor: ConnectionThread) {
        state.withLock { $0.entries.append(Entry(job: job, executor: executor)) }
        wake()
    }

    func watch(_ socket: Int32, _ handler: @escaping @Sendable () -> Void) {
        state.withLock { $0.watch = Watch(socket: socket, handler: handler) }
    }

    func unwatch() {
        state.withLock { $0.watch = nil }
    }

    func stop() {
        state.withLock { $0.isStopping = true }
        wake()
    }

    private func wake() {
        // Fails only when the counter is full, and then the thread wakes up anyway.
        _ = eventfd_write(wakeup, 1)
    }

    private func run() {
        state.withLock { $0.thread = pthread_self() }
        while true {
            let (entries, isStopping) = state.withLock { state in
                let entries = state.entries
                state.entries = []
                return (entries, state.isStopping)
            }
            for entry in entries {
                entry.job.runSynchronously(on: entry.executor.asUnownedSerialExecutor())
            }
            if !entries.isEmpty { continue }
            if isStopping { return }
            waitForWork()
        }
    }

    private func waitForWork() {
        let socket = state.withLock { $0.watch?.socket } ?? -1
        // poll(2) ignores a negative descriptor.
        var descriptors = [
            pollfd(fd: wakeup, events: Int16(POLLIN), revents: 0),
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&descriptors, nfds_t(descriptors.count), -1) > 0 else { return }
        if descriptors[0].revents != 0 {
            var count: eventfd_t = 0
            eventfd_read(wakeup, &count)
        }
        guard descriptors[1].revents != 0 else { return }
        let handler = state.withLock { state in
            let handler = state.watch?.handler
            state.watch = nil
            return handler
        }
        handler?()
    }
}
