/// Quoting, for statements that can take no parameters (replication sessions, utility commands).
public enum SQL {
    /// A text as a string constant, right whatever `standard_conforming_strings` says.
    public static func literal(_ text: String) -> String {
        let isPlain = !text.unicodeScalars.contains("\\")
        let escaped = text.escaping("'\\") { $0 }
        return isPlain ? "'\(escaped)'" : " E'\(escaped)'"
    }

    /// A name as an identifier.
    public static func identifier(_ name: String) -> String {
        "\"" + name.escaping("\"") { $0 } + "\""
    }
}
