/// The words of a line, read from the left.
struct Words {
    let line: Int
    let text: String
    private var rest: ArraySlice<String>

    init(_ text: String, at line: Int) {
        self.line = line
        self.text = text
        rest = text.split(separator: " ").map(String.init)[...]
    }

    var isEmpty: Bool { rest.isEmpty }
    var first: String? { rest.first }

    /// What has not been read yet.
    var remainder: String { rest.joined(separator: " ") }

    func failure(_ problem: String) -> ScenarioError {
        ScenarioError(line: line, problem: problem)
    }

    mutating func next(_ what: String) throws -> String {
        guard let word = rest.popFirst() else { throw failure("\(what) is missing") }
        return word
    }

    /// Reads that word, if it comes next.
    mutating func take(_ word: String) -> Bool {
        guard rest.first == word else { return false }
        rest.removeFirst()
        return true
    }

    mutating func takeAll() -> String {
        defer { rest = [] }
        return remainder
    }

    /// The words before a given one, which is read too; all where it does not come.
    mutating func takeUntil(_ word: String) -> Words {
        var before = self
        if let index = rest.firstIndex(of: word) {
            before.rest = rest[..<index]
            rest = rest[(index + 1)...]
        } else {
            rest = []
        }
        return before
    }

    /// The duration after the last word `for`, which goes with it.
    mutating func takeDurationAtEnd() -> Int? {
        guard rest.count >= 2, let length = rest.last.flatMap(Words.duration),
            rest[rest.endIndex - 2] == "for"
        else { return nil }
        rest.removeLast(2)
        return length
    }

    mutating func number() throws -> Int {
        let word = try next("a number")
        guard let number = Int(word) else { throw failure("\(word) is no number") }
        return number
    }

    mutating func duration() throws -> Int {
        let word = try next("a duration")
        guard let length = Words.duration(word) else { throw failure("\(word) is no duration") }
        return length
    }

    mutating func afterFirst<Value>(_ read: (String) -> Value?) throws -> Value {
        let name = try next("a word")
        guard let word = rest.popFirst(), rest.isEmpty, let value = read(word) else {
            throw failure("\(name) has no such value")
        }
        return value
    }

    /// `250ms`, `2s`, `1.5s` in microseconds.
    static func duration(_ word: String) -> Int? {
        if word.hasSuffix("ms") { return Int(word.dropLast(2)).map { $0 * Span.millisecond } }
        guard word.hasSuffix("s") else { return nil }
        let parts = word.dropLast().split(separator: ".")
        guard let whole = parts.first.flatMap({ Int($0) }), parts.count <= 2 else { return nil }
        guard parts.count == 2 else { return whole * Span.second }
        guard parts[1].count == 1, let tenths = Int(parts[1]) else { return nil }
        return whole * Span.second + tenths * Span.second / 10
    }
}
