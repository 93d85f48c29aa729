import NIOCore

/// The open connections of one server. Used on one event loop only.
final class ConnectionTable {
    private var handlers: [ObjectIdentifier: RequestHandler] = [:]
    private var isClosed = false

    /// Takes a connection in, if need be in the place of the one whose client has been idle
    /// longest; false where the agent is being asked for all of them.
    func admit(_ handler: RequestHandler) -> Bool {
        guard !isClosed else { return false }
        if handlers.count >= Limits.connections {
            guard let oldest = longestIdle else { return false }
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

    private var longestIdle: RequestHandler? {
        handlers.values.compactMap { handler in
            handler.idleSince.map { (handler: handler, since: $0) }
        }.min { $0.since < $1.since }?.handler
    }
}
