/// Takes a Swift source apart into code, comments and texts, well enough for checks of style. Each
/// part is as long as the source, with blanks in place of the others and all newlines kept, so that
/// lines and columns stay.
struct SwiftLexer {
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    private let source: [UInt8]
    private var index = 0

    init(_ text: String) {
        source = Array(text.utf8)
        let blank = source.map { $0 == newline ? newline : space }
        code = blank
        comments = blank
        readCode(until: nil)
    }

    /// Reads code up to the parenthesis that ends an interpolation, or to the source's end.
    private mutating func readCode(until end: UInt8?) {
        var depth = 0
        while index < source.count {
            if starts("//") {
                readLineComment()
            } else if starts("/*") {
                readBlockComment()
            } else if let hashes = hashesBeforeQuote() {
                readText(hashes: hashes)
            } else {
                let byte = source[index]
                if byte == end && depth == 0 { return }
                depth += byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
                // What an interpolation computes is part of a text.
                if end == nil { code[index] = byte }
                index += 1
            }
        }
    }

    private mutating func readLineComment() {
        while index < source.count, source[index] != newline {
            comments[index] = source[index]
            index += 1
        }
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            let step = starts("/*") || starts("*/") ? 2 : 1
            depth += starts("/*") ? 1 : starts("*/") ? -1 : 0
            for offset in index..<min(index + step, source.count) {
                comments[offset] = source[offset]
            }
            index += step
        } while depth > 0 && index < source.count
    }

    /// How many hashes stand here before a quotation mark; nil when there is no text here.
    private func hashesBeforeQuote() -> Int? {
        var end = index
        while end < source.count, source[end] == hash { end += 1 }
        return end < source.count && source[end] == quote ? end - index : nil
    }

    private mutating func readText(hashes: Int) {
        let marks = String(repeating: "#", count: hashes)
        index += hashes
        let isLong = starts("\"\"\"")
        index += isLong ? 3 : 1
        let end = (isLong ? "\"\"\"" : "\"") + marks
        let escape = "\\" + marks
        while index < source.count, !starts(end) {
            if starts(escape + "(") {
                index += escape.utf8.count + 1
                readCode(until: UInt8(ascii: ")"))
            } else if starts(escape) {
                index += escape.utf8.count + 1
            } else if !isLong && source[index] == newline {
                return
            } else {
                index += 1
            }
        }
        index = min(index + end.utf8.count, source.count)
    }

    private func starts(_ text: String) -> Bool {
        source[index...].starts(with: text.utf8)
    }
}

private let newline = UInt8(ascii: "\n")
private let space = UInt8(ascii: " ")
private let quote = UInt8(ascii: "\"")
private let hash = UInt8(ascii: "#")
