import CLibPQ

/// A libpq connection string, as in `primary_conninfo`.
public enum ConnectionString {
    /// The values that a connection string sets; nil when it is not one.
    public static func parse(_ text: String) -> [String: String]? {
        guard let options = PQconninfoParse(text, nil) else { return nil }
        defer { PQconninfoFree(options) }
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val {
                values[String(cString: keyword)] = String(cString: value)
            }
            option += 1
        }
        return values
    }

    /// A connection string of those values, quoted.
    public static func make(_ values: [(String, String)]) -> String {
        values.map { keyword, value in
            "\(keyword)='" + value.escaping("'\\") { _ in "\\" } + "'"
        }.joined(separator: " ")
    }
}
