import JSON

/// The content of the store; its lock is held by ``ObjectStore``.
struct StoreState: Sendable {
    private struct Key: Hashable {
        var namespace: String
        var name: String
    }

    private let historyLimit: Int
    private var stored: [APIResource: [Key: JSONValue]] = [:]
    private(set) var version = 1
    private var history: [(resource: APIResource, change: StoreChange)] = []
    /// The newest version whose change is forgotten.
    private var forgotten = 0
    private var followers: [Int: StoreFollower] = [:]
    private(set) var nextFollower = 0
    private var behind: [StoreFollower] = []

    init(historyLimit: Int) {
        self.historyLimit = historyLimit
    }

    // MARK: - Reading

    func object(_ resource: APIResource, _ namespace: String, _ name: String) -> JSONValue? {
        stored[resource]?[key(resource, namespace, name)]
    }

    func objects(_ resource: APIResource, _ namespace: String?) -> [JSONValue] {
        (stored[resource] ?? [:])
            .filter { !resource.isNamespaced || namespace == nil || $0.key.namespace == namespace }
            .sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }
            .map(\.value)
    }

    func changes(
        of resource: APIResource, since version: Int
    ) throws(APIFailure) -> [StoreChange] {
        guard version >= forgotten else { throw .gone(version, oldest: forgotten + 1) }
        return history.filter { $0.resource == resource && $0.change.version > version }
            .map(\.change)
    }

    // MARK: - Writing

    mutating func create(
        _ object: JSONValue, _ resource: APIResource, _ namespace: String
    ) throws(APIFailure) -> JSONValue {
        var metadata = object["metadata"] ?? [:]
        if metadata["name"]?.string ?? "" == "",
            let prefix = metadata["generateName"]?.string, !prefix.isEmpty
        {
            let letters = "bcdfghjklmnpqrstvwxz2456789"
            let suffix = (0..<5).compactMap { _ in letters.randomElement() }
            metadata["name"] = .string(prefix + String(suffix))
        }
        let name = metadata["name"]?.string ?? ""
        guard metadata["resourceVersion"]?.string ?? "" == "" else {
            throw .badRequest("resourceVersion should not be set on objects to be created")
        }
        if resource.isNamespaced {
            guard [nil, "", namespace].contains(metadata["namespace"]?.string) else {
                throw .badRequest(
                    "the namespace of the object does not match the namespace on the request")
            }
            guard self.object(.namespaces, "", namespace) != nil || resource == .namespaces else {
                throw .notFound(.namespaces, namespace)
            }
            metadata["namespace"] = .string(namespace)
        }
        guard self.object(resource, namespace, name) == nil else {
            throw .alreadyExists(resource, name)
        }
        for member in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"] {
            metadata[member] = nil
        }
        metadata["uid"] = .string(ObjectIdentity.uid())
        metadata["creationTimestamp"] = .string(ObjectIdentity.timestamp())
        var created = object
        created["metadata"] = metadata
        complete(&created, as: resource)
        try ObjectRules.check(created, as: resource)
        return commit(.added, created, previous: nil, resource)
    }

    mutating func put(
        _ object: JSONValue, _ resource: APIResource, _ namespace: String, _ name: String,
        part: ObjectPart, isPatch: Bool = false
    ) throws(APIFailure) -> JSONValue {
        guard object["metadata"]?["name"]?.string == name else {
            throw .badRequest(
                "the name of the object does not match the name on the URL (\(name))")
        }
        let uid = object["metadata"]?["uid"]?.string ?? ""
        guard let current = self.object(resource, namespace, name) else {
            guard resource.isCreatedByUpdate else { throw .notFound(resource, name) }
            // As the real one does: a PUT without a uid brings a deleted object back, whatever
            // version it names.
            guard uid.isEmpty else {
                throw .staleUID(resource, name, wanted: uid, found: "")
            }
            var fresh = object
            var metadata = object["metadata"] ?? [:]
            metadata["resourceVersion"] = nil
            fresh["metadata"] = metadata
            return try create(fresh, resource, namespace)
        }
        try checkPreconditions(object, current, resource, name, isPatch: isPatch)
        var replaced = merged(object, current, resource, part)
        complete(&replaced, as: resource)
        try ObjectRules.check(replaced, as: resource)
        if replaced == current { return current }
        let metadata = replaced["metadata"]
        let ended =
            metadata?["deletionTimestamp"] != nil && (metadata?["finalizers"]?.array ?? []).isEmpty
            && !(current["metadata"]?["finalizers"]?.array ?? []).isEmpty
        return commit(ended ? .deleted : .modified, replaced, previous: current, resource)
    }

    mutating func delete(
        _ resource: APIResource, _ namespace: String, _ name: String, _ options: DeletionOptions
    ) throws(APIFailure) -> JSONValue {
        guard let current = object(resource, namespace, name) else {
            throw .notFound(resource, name)
        }
        let uid = current["metadata"]?["uid"]?.string ?? ""
        if let wanted = options.uid, wanted != uid {
            throw .conflict(
                resource, name,
                "the UID in the precondition (\(wanted)) does not match the UID in record "
                    + "(\(uid)). The object might have been deleted and then recreated")
        }
        let version = current["metadata"]?["resourceVersion"]?.string
        if let wanted = options.resourceVersion, wanted != version {
            throw .conflict(resource, name, "the ResourceVersion in the precondition has changed")
        }
        let grace = gracePeriod(of: current, resource, options)
        guard grace > 0 || !(current["metadata"]?["finalizers"]?.array ?? []).isEmpty else {
            return commit(.deleted, current, previous: current, resource)
        }
        let known = current["metadata"]?["deletionGracePeriodSeconds"]?.integer
        if let known, known <= grace { return current }
        var marked = current
        var metadata = current["metadata"] ?? [:]
        metadata["deletionTimestamp"] = .string(ObjectIdentity.timestamp(after: grace))
        metadata["deletionGracePeriodSeconds"] = .integer(grace)
        marked["metadata"] = metadata
        return commit(.modified, marked, previous: current, resource)
    }

    mutating func compact() {
        history = []
        forgotten = version
    }

    // MARK: - Followers

    mutating func add(_ follower: StoreFollower) -> Int {
        nextFollower += 1
        followers[nextFollower] = follower
        return nextFollower
    }

    mutating func removeFollower(_ id: Int) -> StoreFollower? {
        followers.removeValue(forKey: id)
    }

    func bookmark(_ id: Int) {
        _ = followers[id]?.yield(.bookmark(version))
    }

    mutating func takeFollowersBehind() -> [StoreFollower] {
        defer { behind = [] }
        return behind
    }

    // MARK: - Parts

    private func key(_ resource: APIResource, _ namespace: String, _ name: String) -> Key {
        Key(namespace: resource.isNamespaced ? namespace : "", name: name)
    }

    private func complete(_ object: inout JSONValue, as resource: APIResource) {
        object["apiVersion"] = .string(resource.apiVersion)
        object["kind"] = .string(resource.kind)
        if resource == .pods, object["status"]?["phase"] == nil {
            var status = object["status"] ?? [:]
            status["phase"] = "Pending"
            object["status"] = status
        }
        if resource == .namespaces, object["status"] == nil {
            object["status"] = ["phase": "Active"]
        }
    }

    private func checkPreconditions(
        _ object: JSONValue, _ current: JSONValue, _ resource: APIResource, _ name: String,
        isPatch: Bool
    ) throws(APIFailure) {
        let wanted = object["metadata"]?["uid"]?.string ?? ""
        let found = current["metadata"]?["uid"]?.string ?? ""
        guard wanted.isEmpty || wanted == found else {
            // A patch is applied first and then found to change what can't be changed.
            if isPatch { throw .otherUID(resource, name, wanted) }
            throw .staleUID(resource, name, wanted: wanted, found: found)
        }
        let version = object["metadata"]?["resourceVersion"]?.string ?? ""
        guard !version.isEmpty || !resource.needsVersion else {
            throw .invalid(
                resource, name,
                "metadata.resourceVersion: Invalid value: 0: must be specified for an update")
        }
        guard version.isEmpty || version == current["metadata"]?["resourceVersion"]?.string else {
            throw .conflict(
                resource, name,
                "the object has been modified; please apply your changes to the latest version "
                    + "and try again")
        }
    }

    /// The object that a write of one part makes of the current one. What the server owns stays.
    private func merged(
        _ object: JSONValue, _ current: JSONValue, _ resource: APIResource, _ part: ObjectPart
    ) -> JSONValue {
        if part == .status {
            var result = current
            result["status"] = object["status"]
            return result
        }
        var result = object
        if part == .main, resource.hasStatus { result["status"] = current["status"] }
        var metadata = object["metadata"] ?? [:]
        for member in [
            "uid", "creationTimestamp", "namespace", "resourceVersion", "deletionTimestamp",
            "deletionGracePeriodSeconds",
        ] {
            metadata[member] = current["metadata"]?[member]
        }
        result["metadata"] = metadata
        return result
    }

    private func gracePeriod(
        of object: JSONValue, _ resource: APIResource, _ options: DeletionOptions
    ) -> Int64 {
        // What no kubelet knows of is not waited for.
        guard resource == .pods, object["spec"]?["nodeName"]?.string ?? "" != "" else { return 0 }
        if let wanted = options.gracePeriod { return max(0, wanted.components.seconds) }
        return object["spec"]?["terminationGracePeriodSeconds"]?.integer ?? 30
    }

    private mutating func commit(
        _ kind: StoreChange.Kind, _ object: JSONValue, previous: JSONValue?,
        _ resource: APIResource
    ) -> JSONValue {
        version += 1
        var object = object
        var metadata = object["metadata"] ?? [:]
        metadata["resourceVersion"] = .string(String(version))
        object["metadata"] = metadata
        let place = key(
            resource, metadata["namespace"]?.string ?? "", metadata["name"]?.string ?? "")
        stored[resource, default: [:]][place] = kind == .deleted ? nil : object
        let change = StoreChange(
            kind: kind, object: object, previous: previous, version: version)
        history.append((resource, change))
        if history.count > historyLimit {
            forgotten = history.removeFirst().change.version
        }
        for (id, follower) in followers where follower.resource == resource {
            if !follower.yield(.change(change)) {
                followers[id] = nil
                behind.append(follower)
            }
        }
        return object
    }
}
