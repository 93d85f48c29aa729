/// A value kept aside and shared by the copies of what holds it, until one of them changes it. What
/// is large and often handed on, seldom changed, is copied at the price of one reference.
@propertyWrapper
public struct Boxed<Value: Hashable & Sendable & Codable>: Hashable, Sendable, Codable {
    private final class Storage: Sendable {
        let value: Value

        init(_ value: Value) {
            self.value = value
        }
    }

    private var storage: Storage

    /// A value to share.
    public init(wrappedValue: Value) {
        storage = Storage(wrappedValue)
    }

    /// The value.
    public var wrappedValue: Value {
        get { storage.value }
        set { storage = Storage(newValue) }
    }

    /// Whether both hold equal values.
    public static func == (left: Boxed, right: Boxed) -> Bool {
        left.storage === right.storage || left.storage.value == right.storage.value
    }

    /// Takes in the value alone.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(storage.value)
    }

    /// The value as it would be encoded by itself.
    public init(from decoder: any Decoder) throws {
        storage = Storage(try Value(from: decoder))
    }

    /// Encodes the value as by itself.
    public func encode(to encoder: any Encoder) throws {
        try storage.value.encode(to: encoder)
    }
}
