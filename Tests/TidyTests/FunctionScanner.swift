/// Finds the functions, initialisers, subscripts and computed properties of a source, and their
/// lengths.
struct FunctionScanner {
    struct Function: Equatable {
        var name: String
        /// The line where it begins, counted from 1.
        var line: Int
        /// The lines from its first word to its closing brace.
        var length: Int
    }

    private enum Token: Equatable {
        case word(Substring)
        case mark(Character)
    }

    private let tokens: [(token: Token, line: Int)]

    init(_ file: SourceFile) {
        var tokens: [(Token, Int)] = []
        for (number, line) in file.code.enumerated() {
            var rest = line[...]
            while let first = rest.first {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
                if !word.isEmpty { tokens.append((.word(word), number + 1)) }
                if word.isEmpty && !first.isWhitespace { tokens.append((.mark(first), number + 1)) }
                rest = rest.dropFirst(max(1, word.count))
            }
        }
        self.tokens = tokens
    }

    var functions: [Function] {
        tokens.indices.compactMap { index in
            guard case .word(let word) = tokens[index].token,
                FunctionScanner.beginnings.contains(word),
                index == 0 || tokens[index - 1].token != .mark("."),
                let open = bodyStart(after: index, isProperty: word == "var")
            else { return nil }
            let line = tokens[index].line
            return Function(
                name: name(at: index), line: line, length: bodyEnd(from: open) - line + 1)
        }
    }

    private static let beginnings: Set<Substring> = ["func", "init", "deinit", "subscript", "var"]

    /// Words that begin another declaration: what came before had no body (as in a protocol).
    private static let declarations: Set<Substring> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "struct", "class", "enum",
        "extension", "protocol", "typealias", "associatedtype", "import", "public", "private",
        "static", "mutating", "fileprivate", "internal",
    ]

    private func name(at index: Int) -> String {
        guard case .word(let word) = tokens[index].token, index + 1 < tokens.count,
            case .word(let next) = tokens[index + 1].token
        else { return "init" }
        return "\(word) \(next)"
    }

    /// The index of the brace that opens the body; nil where there is none.
    private func bodyStart(after start: Int, isProperty: Bool) -> Int? {
        var depth = 0
        for index in (start + 1)..<max(start + 1, tokens.count) {
            switch tokens[index].token {
            case .mark("("), .mark("["): depth += 1
            case .mark(")"), .mark("]"): depth -= 1
            case .mark("{") where depth == 0: return index
            case .mark("}") where depth == 0: return nil
            case .mark("=") where depth == 0 && isProperty: return nil
            case .mark("@") where depth == 0 && tokens[index].line > tokens[index - 1].line:
                return nil
            case .word(let word)
            where depth == 0 && FunctionScanner.declarations.contains(word)
                && tokens[index].line > tokens[index - 1].line:
                return nil
            case .word, .mark: continue
            }
        }
        return nil
    }

    private func bodyEnd(from open: Int) -> Int {
        var depth = 0
        for index in open..<tokens.count {
            switch tokens[index].token {
            case .mark("{"): depth += 1
            case .mark("}"): depth -= 1
            case .word, .mark: continue
            }
            if depth == 0 { return tokens[index].line }
        }
        return tokens.last?.line ?? 0
    }
}
