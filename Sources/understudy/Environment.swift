import Glibc

/// The process's environment.
enum Environment {
    /// All variables.
    static func variables() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let split = text.firstIndex(of: "=") {
                variables[String(text[..<split])] = String(text[text.index(after: split)...])
            }
            next = next.advanced(by: 1)
        }
        return variables
    }
}
