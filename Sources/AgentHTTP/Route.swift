import ReplicationCore

/// What a request's target asks for.
enum Route: Hashable {
    case verdict(Question)
    case state
    case prestop
    case promise
    /// A known path whose query makes no sense.
    case malformed(String)
    /// No such path.
    case unknown

    /// The route of a target in origin form (`/replica?lag=10MB`) or absolute form
    /// (`http://host:8009/replica`). Paths and meanings are Patroni's where Patroni has them.
    init(target: String) {
        let parts = Route.originForm(target).split(
            separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        let query = parts.count > 1 ? parts[1] : ""
        switch parts.first ?? "" {
        case "/live": self = .verdict(.live)
        case "/ready": self = .verdict(.ready)
        case "/database/alive": self = .verdict(.databaseAlive)
        case "/database/prestop": self = .prestop
        case "/state": self = .state
        case "/promise": self = .promise
        case "/", "/primary", "/master": self = .verdict(.master)
        case "/replica": self = Route.replica(query)
        case "/health": self = .verdict(.health)
        default: self = .unknown
        }
    }

    private static func replica(_ query: Substring) -> Route {
        let lag = query.split(separator: "&").first { $0.hasPrefix("lag=") }
        guard let text = lag?.dropFirst("lag=".count) else {
            return .verdict(.replica(maximumLagBytes: nil))
        }
        guard let bytes = ByteSize.parse(String(text)) else {
            return .malformed("lag is a number of bytes, or a size like 10MB")
        }
        return .verdict(.replica(maximumLagBytes: bytes))
    }

    private static func originForm(_ target: String) -> Substring {
        let scheme = "http://"
        guard target.lowercased().hasPrefix(scheme) else { return target[...] }
        let rest = target.dropFirst(scheme.count)
        guard let slash = rest.firstIndex(of: "/") else { return "/" }
        return rest[slash...]
    }
}
