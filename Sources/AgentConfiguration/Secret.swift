/// A secret text: prints as `***`, also inside other values, and is not encodable.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let text: String

    /// A secret from its text.
    public init(_ text: String) {
        self.text = text
    }

    /// The text itself, for the one place that hands it on.
    public func reveal() -> String { text }

    /// Three stars.
    public var description: String { "***" }

    /// Three stars.
    public var debugDescription: String { "***" }

    /// A mirror that shows nothing.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
