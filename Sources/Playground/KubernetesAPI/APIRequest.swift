import JSON

/// One request to the API, read whole.
struct APIRequest: Sendable {
    var method: String
    /// The path's segments, decoded.
    var path: [String]
    /// The query, decoded; of parameters with one name the last counts.
    var query: [String: String]
    /// Header fields by their lower-case names.
    var headers: [String: String]
    var body: [UInt8]

    init(method: String, target: String, headers: [(String, String)], body: [UInt8]) {
        self.method = method
        self.body = body
        self.headers = Dictionary(
            headers.map { ($0.0.lowercased(), $0.1) }, uniquingKeysWith: { "\($0),\($1)" })
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = (parts.first ?? "").split(separator: "/").map { Self.decoded($0) }
        let pairs = (parts.count > 1 ? parts[1] : "").split(separator: "&").map { pair in
            let sides = pair.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = (sides.count > 1 ? sides[1] : "").replacing("+", with: " ")
            return (Self.decoded(sides[0]), Self.decoded(value[...]))
        }
        query = Dictionary(pairs) { _, last in last }
    }

    /// Whether a parameter of the query is true.
    func isSet(_ parameter: String) -> Bool {
        query[parameter].map { ["1", "true", "t", ""].contains($0.lowercased()) } ?? false
    }

    /// Whether a table for people is asked for.
    var wantsTable: Bool { headers["accept"]?.contains("as=Table") ?? false }

    /// The body as JSON; nil if there is none.
    func json() throws(APIFailure) -> JSONValue? {
        if body.isEmpty { return nil }
        do {
            return try JSONValue(parsing: body)
        } catch {
            throw .badRequest("the body of the request is not JSON")
        }
    }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
