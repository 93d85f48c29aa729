import Glibc

/// PostgreSQL's programs on this machine.
public enum ServerProgram {
    /// Where they are; nil where they are not installed.
    public static let directory: String? = (13...18).map { "/usr/lib/postgresql/\($0)/bin" }
        .last { access($0 + "/postgres", X_OK) == 0 && access($0 + "/initdb", X_OK) == 0 }

    /// Whether tests that need a server can run.
    public static var isThere: Bool { directory != nil && (geteuid() != 0 || hasUser) }

    private static var hasUser: Bool { getpwnam("postgres") != nil }

    /// The path of one of them.
    public static func path(_ name: String) -> String { (directory ?? "/nonexistent") + "/" + name }
}
