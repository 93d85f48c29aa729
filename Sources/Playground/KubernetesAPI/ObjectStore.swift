import Glibc
public import JSON
import Synchronization

/// The objects of the API, in memory, with one counter of versions, a short history for watches,
/// and whoever follows the changes.
public final class ObjectStore: Sendable {
    private let state: Mutex<StoreState>

    /// An empty store.
    /// - Parameter historyLimit: How many changes are remembered for watches that begin later.
    public init(historyLimit: Int = 1000) {
        state = Mutex(StoreState(historyLimit: historyLimit))
    }

    /// The object of that name; nil if there is none.
    public func get(
        _ resource: APIResource, named name: String, in namespace: String
    ) -> JSONValue? {
        state.withLock { $0.object(resource.storage, namespace, name) }
    }

    /// All objects of a kind, of one namespace or of all, by name, and the version at which they
    /// are so.
    public func list(
        _ resource: APIResource, in namespace: String? = nil
    ) -> (objects: [JSONValue], version: Int) {
        state.withLock { ($0.objects(resource.storage, namespace), $0.version) }
    }

    /// Creates an object and returns it as it is stored.
    @discardableResult
    public func create(
        _ object: JSONValue, as resource: APIResource, in namespace: String
    ) throws(APIFailure) -> JSONValue {
        try change { state throws(APIFailure) in
            try state.create(object, resource.storage, namespace)
        }
    }

    /// Replaces an object or a part of it, as a PUT does: uid and resourceVersion count where they
    /// are given.
    @discardableResult
    public func replace(
        _ object: JSONValue, as resource: APIResource, named name: String, in namespace: String,
        part: ObjectPart = .all
    ) throws(APIFailure) -> JSONValue {
        try change { state throws(APIFailure) in
            try state.put(object, resource.storage, namespace, name, part: part)
        }
    }

    /// Changes an object or a part of it; the closure gets it as it is now. What it sets for uid
    /// and resourceVersion are preconditions.
    @discardableResult
    public func update(
        _ resource: APIResource, named name: String, in namespace: String,
        part: ObjectPart = .all, _ transform: (JSONValue) throws(APIFailure) -> JSONValue
    ) throws(APIFailure) -> JSONValue {
        try change { state throws(APIFailure) in
            guard let current = state.object(resource.storage, namespace, name) else {
                throw .notFound(resource, name)
            }
            let wanted = try transform(current)
            return try state.put(
                wanted, resource.storage, namespace, name, part: part, isPatch: true)
        }
    }

    /// Changes an object by a merge patch.
    @discardableResult
    public func patch(
        _ resource: APIResource, named name: String, in namespace: String, with patch: JSONValue,
        part: ObjectPart = .all
    ) throws(APIFailure) -> JSONValue {
        try update(resource, named: name, in: namespace, part: part) { current throws(APIFailure) in
            current.merging(patch)
        }
    }

    /// Deletes an object, or begins to: a Pod on a node stays, with a deletionTimestamp, until its
    /// kubelet calls ``remove(_:named:in:uid:)``.
    /// - Returns: The object's last version.
    @discardableResult
    public func delete(
        _ resource: APIResource, named name: String, in namespace: String,
        options: DeletionOptions = DeletionOptions()
    ) throws(APIFailure) -> JSONValue {
        try change { state throws(APIFailure) in
            try state.delete(resource.storage, namespace, name, options)
        }
    }

    /// Takes an object away at once, as a kubelet does when a Pod has ended.
    @discardableResult
    public func remove(
        _ resource: APIResource, named name: String, in namespace: String, uid: String? = nil
    ) throws(APIFailure) -> JSONValue {
        try delete(
            resource, named: name, in: namespace,
            options: DeletionOptions(gracePeriod: .zero, uid: uid))
    }

    /// All changes from now on, in order; first each object there is, as if it were added just now.
    /// Who falls behind by more than 4096 changes gets the end of the stream.
    public func changes(of resource: APIResource) -> AsyncStream<StoreChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: StoreChange.self, bufferingPolicy: .bufferingOldest(4096))
        let subscription = subscribe(to: resource) { signal in
            guard case .change(let change) = signal else { return true }
            guard case .enqueued = continuation.yield(change) else { return false }
            return true
        } ended: {
            continuation.finish()
        }
        continuation.onTermination = { _ in subscription.cancel() }
        return stream
    }

    /// How many have begun to follow changes so far; each watch is one.
    public var followersSoFar: Int { state.withLock { $0.nextFollower } }

    /// Forgets the history: watches from any earlier version are too old.
    public func compact() {
        state.withLock { $0.compact() }
    }

    // MARK: - Followers

    func subscribe(
        to resource: APIResource, yield: @escaping @Sendable (StoreSignal) -> Bool,
        ended: @escaping @Sendable () -> Void
    ) -> StoreSubscription {
        state.withLock { state in
            for object in state.objects(resource.storage, nil) {
                _ = yield(.change(StoreChange(kind: .added, object: object, version: 0)))
            }
            return register(in: &state, resource, yield, ended)
        }
    }

    /// The changes since a version, then all that follow.
    func subscribe(
        to resource: APIResource, since version: Int,
        yield: @escaping @Sendable (StoreSignal) -> Bool,
        ended: @escaping @Sendable () -> Void
    ) throws(APIFailure) -> StoreSubscription {
        try state.withLock { state throws(APIFailure) in
            for change in try state.changes(of: resource.storage, since: version) {
                _ = yield(.change(change))
            }
            return register(in: &state, resource, yield, ended)
        }
    }

    private func register(
        in state: inout StoreState, _ resource: APIResource,
        _ yield: @escaping @Sendable (StoreSignal) -> Bool,
        _ ended: @escaping @Sendable () -> Void
    ) -> StoreSubscription {
        let id = state.add(
            StoreFollower(resource: resource.storage, yield: yield, ended: ended))
        return StoreSubscription(store: self, id: id)
    }

    func unsubscribe(_ id: Int) {
        let follower = state.withLock { $0.removeFollower(id) }
        follower?.ended()
    }

    func bookmark(_ id: Int) {
        state.withLock { $0.bookmark(id) }
    }

    /// Performs a change. Followers that fell behind are ended outside the lock, since their end
    /// may come back here.
    private func change(
        _ body: (inout StoreState) throws(APIFailure) -> JSONValue
    ) throws(APIFailure) -> JSONValue {
        let (object, behind) = try state.withLock { state throws(APIFailure) in
            (try body(&state), state.takeFollowersBehind())
        }
        for follower in behind { follower.ended() }
        return object
    }
}
