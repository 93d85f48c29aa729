/// An element of a response that is read line by line.
public enum HTTPLine: Sendable {
    /// The status code and header fields: always first, exactly once.
    case response(status: Int, headers: [(String, String)])
    /// One line of the body, without its end; at most ``HTTPLimits/maximumLine`` bytes.
    case line([UInt8])
}
