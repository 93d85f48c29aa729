/// What a watch tells. After ``disconnected(_:)`` everything told before may be old, until the next
/// ``snapshot(_:)``.
public enum WatchEvent<Item: KubernetesObject>: Sendable {
    /// All that there is. Whatever was known and is not in it is gone.
    case snapshot([Item])
    /// A new object, or a new version of a known one.
    case changed(Item)
    /// An object that is gone, or no longer matches; its last version.
    case removed(Item)
    /// The watch broke; it begins again by itself.
    case disconnected(String)
}
