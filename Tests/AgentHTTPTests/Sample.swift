import Testing

/// A hostile request with a short name.
struct Sample: Sendable, CustomTestStringConvertible {
    var name: String
    var request: String

    var testDescription: String { name }

    private init(_ name: String, _ request: String) {
        self.name = name
        self.request = request
    }

    private static let start = "GET /live HTTP/1.1\r\n"

    static let tooLarge = [
        Sample("a long field", start + "Big: \(String(repeating: "b", count: 9_000))\r\n\r\n"),
        Sample("a long name", start + "\(String(repeating: "n", count: 9_000)): b\r\n\r\n"),
        Sample("a long target", "GET /\(String(repeating: "p", count: 9_000)) HTTP/1.1\r\n\r\n"),
        Sample("many fields", start + String(repeating: "a: b\r\n", count: 65) + "\r\n"),
        Sample("fields without end", start + String(repeating: "a: b\r\n", count: 50_000)),
        Sample("a field without end", start + String(repeating: "x", count: 200_000)),
        Sample(
            "long fields",
            start + String(repeating: "a: \(String(repeating: "b", count: 990))\r\n", count: 10)),
    ]

    static let malformed = [
        Sample("text", "hello\r\n\r\n"),
        Sample("blank lines", "\r\n\r\nhello\r\n\r\n"),
        Sample("no target", "GET\r\n\r\n"),
        Sample("no version", "GET /live\r\n\r\n"),
        Sample("a wrong version", "GET /live HTTP/9.9\r\n\r\n"),
        Sample("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        Sample("TLS", "\u{16}\u{3}\u{1}\0\u{5}"),
        Sample("a blank in the target", "GET /a b HTTP/1.1\r\n\r\n"),
        Sample("no colon", start + "no colon\r\n\r\n"),
        Sample("no name", start + ": empty\r\n\r\n"),
        Sample("no host", start + "\r\n"),
        Sample("two hosts", start + "Host: a\r\nHost: b\r\n\r\n"),
        Sample("a NUL", start + "Host: x\0y\r\n\r\n"),
        Sample("a negative length", start + "Host: x\r\nContent-Length: -1\r\n\r\n"),
        Sample(
            "two lengths", start + "Host: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
        Sample(
            "length and chunks",
            start + "Host: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\nx"),
    ]
}
