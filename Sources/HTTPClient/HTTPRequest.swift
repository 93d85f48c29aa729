/// One request. Host, Content-Length and User-Agent are added where they are not given.
public struct HTTPRequest: Sendable {
    /// The method, in upper case.
    public var method: String
    /// The path with its query, already percent-encoded; begins with a slash.
    public var path: String
    /// Header fields in order.
    public var headers: [(String, String)]
    /// The body; nil for none.
    public var body: [UInt8]?

    /// A request; by default a GET without a body.
    public init(
        method: String = "GET", path: String, headers: [(String, String)] = [],
        body: [UInt8]? = nil
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
    }
}
