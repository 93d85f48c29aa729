/// What a follower of the store is told.
enum StoreSignal: Sendable {
    /// An object changed.
    case change(StoreChange)
    /// Nothing up to this version was left out.
    case bookmark(Int)
}

/// Somebody who follows the changes of one kind of object.
struct StoreFollower: Sendable {
    let resource: APIResource
    /// Takes a signal without waiting; false if there is no room.
    let yield: @Sendable (StoreSignal) -> Bool
    /// Called once, when nothing more follows.
    let ended: @Sendable () -> Void
}

/// A follower's way to ask for a bookmark, and to leave.
struct StoreSubscription: Sendable {
    let store: ObjectStore
    let id: Int

    func requestBookmark() { store.bookmark(id) }
    func cancel() { store.unsubscribe(id) }
}
