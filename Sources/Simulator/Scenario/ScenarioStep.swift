/// One line of a scenario. Each waits until the one before it is over.
struct ScenarioStep: Sendable {
    /// What it is.
    enum Kind: Sendable {
        /// At a time since the beginning.
        case at(Int, Command)
        /// So long after the step before.
        case after(Int, Command?)
        /// Once a condition holds or a moment has come; with a limit, if it has one.
        case when(Condition, Command?, within: Int?)
        /// A condition that holds at once, or for a while.
        case expect(Condition, lasting: Int)
    }

    let line: Int
    let text: String
    let kind: Kind

    init(_ words: inout Words) throws {
        line = words.line
        text = words.text
        switch try words.next("a word") {
        case "at":
            let time = try words.duration()
            guard words.take("do") else { throw words.failure("do is missing") }
            kind = .at(time, try Command(&words))
        case "after":
            let time = try words.duration()
            kind = .after(time, words.take("do") ? try Command(&words) : nil)
        case "when":
            var condition = words.takeUntil("do")
            let limit = ScenarioStep.takeLimit(&condition)
            let read = try Condition(&condition)
            kind = .when(read, words.isEmpty ? nil : try Command(&words), within: limit)
        case "do": kind = .after(0, try Command(&words))
        case "expect":
            let length = words.takeDurationAtEnd() ?? 0
            kind = .expect(try Condition(&words), lasting: length)
        case let word: throw words.failure("\(word) begins no step")
        }
        guard words.isEmpty else { throw words.failure("\(words.remainder) is too much") }
    }

    private static func takeLimit(_ words: inout Words) -> Int? {
        let parts = words.remainder.split(separator: " ").map(String.init)
        guard parts.count > 2, parts[parts.count - 2] == "within",
            let limit = parts.last.flatMap(Words.duration)
        else { return nil }
        words = Words(parts.dropLast(2).joined(separator: " "), at: words.line)
        return limit
    }
}

/// Somebody or something that a script names.
enum Actor: Sendable, Hashable {
    case member(Int)
    /// The one that is open for writes.
    case master
    /// The one that the Lease names.
    case holder
    /// A voter of the record, by its place in it, from 1.
    case voter(Int)
    case api
    case clients

    init(_ words: inout Words) throws {
        let word = try words.next("a member")
        switch word {
        case "master": self = .master
        case "holder": self = .holder
        case "voter": self = .voter(try words.number())
        case "API": self = .api
        case "clients": self = .clients
        default:
            guard word.hasPrefix("pg-"), let index = Int(word.dropFirst(3)) else {
                throw words.failure("\(word) is no member")
            }
            self = .member(index)
        }
    }
}
