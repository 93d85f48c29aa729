import NIOCore

/// The open connections of one server. Used on one event loop only.
final class ConnectionTable {
    private var handlers: [ObjectIdentifier: RequestHandler] = [:]
    private var isClosed = false

    /// Takes a connection in, if need be in the place of the one that has been waiting longest for
    /// a request; false where there is none such.
    func admit(_ handler: RequestHandler) -> Bool {
        guard !isClosed else { return false }
        if handlers.count >= Limits.connections {
            guard let oldest = longestWaiting else { return false }
            remove(oldest)
            oldest.end()
        }
        handlers[ObjectIdentifier(handler)] = handler
        return true
    }

    /// Forgets a connection.
    func remove(_ handler: RequestHandler) {
        handlers[ObjectIdentifier(handler)] = nil
    }

    /// Ends all connections, and every later one.
    func close() {
        isClosed = true
        for handler in handlers.values {
            handler.end()
        }
    }

    private var longestWaiting: RequestHandler? {
        handlers.values.filter { $0.waitingSince != nil }
            .min { ($0.waitingSince ?? .distantFuture) < ($1.waitingSince ?? .distantFuture) }
    }
}
