/// Paths as text.
public enum Path {
    /// The folder that a path lies in.
    public static func parent(of path: String) -> String {
        let trimmed = trimming(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return "." }
        return slash == trimmed.startIndex ? "/" : String(trimmed[..<slash])
    }

    /// The last component of a path.
    public static func name(of path: String) -> String {
        let trimmed = trimming(path)
        guard let slash = trimmed.lastIndex(of: "/") else { return trimmed }
        return String(trimmed[trimmed.index(after: slash)...])
    }

    /// The path without slashes at its end.
    public static func trimming(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }
}
