/// A Swift source with its path in the repository.
struct SourceFile: Sendable {
    let path: String
    let lines: [Substring]
    /// The lines without comments and texts.
    let code: [Substring]
    /// The lines without code and texts.
    let comments: [Substring]

    init(_ path: String, _ text: String) {
        self.path = path
        let lexer = SwiftLexer(text)
        lines = SourceFile.lines(text)
        code = SourceFile.lines(String(decoding: lexer.code, as: UTF8.self))
        comments = SourceFile.lines(String(decoding: lexer.comments, as: UTF8.self))
    }

    /// The folder below another: for `Sources/Engines/MySQL/X.swift` below `Sources/Engines`,
    /// `MySQL`; nil for files elsewhere or directly in it.
    func folder(below parent: String) -> String? {
        guard path.hasPrefix("\(parent)/") else { return nil }
        let rest = path.dropFirst(parent.utf8.count + 1).split(separator: "/")
        return rest.count > 1 ? String(rest[0]) : nil
    }

    /// The modules that it imports, with their lines.
    var imports: [(module: String, line: Int)] {
        code.enumerated().compactMap { line, text in
            let words = SourceFile.words(text)
            guard let position = words.firstIndex(of: "import"),
                words[..<position].allSatisfy(SourceFile.importModifiers.contains)
            else { return nil }
            let rest = words[(position + 1)...].drop { SourceFile.importKinds.contains($0) }
            return rest.first.map { (String($0), line + 1) }
        }
    }

    /// The words of a line: what identifiers and keywords are made of.
    static func words(_ line: Substring) -> [Substring] {
        line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// A complaint about a line.
    func complaint(_ line: Int, _ what: String) -> String {
        "\(path):\(line): \(what)"
    }

    private static let importModifiers: Set<Substring> = [
        "public", "package", "internal", "fileprivate", "private", "testable", "preconcurrency",
        "_exported", "_implementationOnly",
    ]

    private static let importKinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false)
    }
}
