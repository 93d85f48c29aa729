import JSON

/// One call of the API.
struct APICall: Sendable {
    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    var method: Method
    /// The path and query, percent-encoded.
    var target: String
    var body: JSONValue?
    var contentType = "application/json"

    init(_ method: Method, _ path: String, query: [(String, String)] = [], body: JSONValue? = nil) {
        self.method = method
        self.body = body
        let pairs = query.map { "\($0.0)=\(Self.encoded($0.1))" }
        target = pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }

    /// The call, for messages.
    var name: String { "\(method.rawValue) \(target.prefix { $0 != "?" })" }

    /// A path of segments, each percent-encoded.
    static func path(_ prefix: String, _ segments: String...) -> String {
        segments.reduce(prefix) { $0 + "/" + encoded($1) }
    }

    /// Percent-encoded but for what a query and a path segment both may hold.
    static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (byte < 16 ? "0" : "") + digits
            }
        }
        return result
    }
}
