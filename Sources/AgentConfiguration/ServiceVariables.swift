/// Recognises the variables that Kubernetes makes in every container for each Service of the
/// namespace: a Service `understudy-db` gives `UNDERSTUDY_DB_SERVICE_HOST`,
/// `UNDERSTUDY_DB_SERVICE_PORT`, `UNDERSTUDY_DB_PORT=tcp://…`, `UNDERSTUDY_DB_PORT_5432_TCP` and
/// so on (Kubernetes documentation, "Accessing the Service", environment variables). They always
/// come together, so a mistyped key of ours that ends in `_PORT` is not taken for one.
enum ServiceVariables {
    static func isOne(_ name: String, _ environment: [String: String]) -> Bool {
        markers.contains { marker in
            prefixes(of: name, before: marker).contains { prefix in
                environment["\(prefix)_SERVICE_HOST"] != nil
                    && isShaped(name, prefix: prefix, environment)
            }
        }
    }

    private static let markers = ["_SERVICE_HOST", "_SERVICE_PORT", "_PORT"]

    private static func prefixes(of name: String, before marker: String) -> [String] {
        name.ranges(of: marker).map { String(name[..<$0.lowerBound]) }
    }

    private static func isShaped(
        _ name: String, prefix: String, _ environment: [String: String]
    ) -> Bool {
        let rest = name.dropFirst(prefix.count)
        // `<prefix>_PORT` is `tcp://10.0.0.1:5432`: a plain number there is a key of ours, such as
        // UNDERSTUDY_AGENT_PORT beside a Service named understudy-agent.
        if rest == "_PORT" { return environment[name]?.contains("://") ?? false }
        return rest == "_SERVICE_HOST" || rest == "_SERVICE_PORT"
            || rest.hasPrefix("_SERVICE_PORT_") || rest.hasPrefix("_PORT_")
    }
}
