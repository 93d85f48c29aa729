import JSON

/// Who holds a Lease, for how long.
public struct LeaseSpec: Sendable, Hashable {
    /// The holder; nil or empty for nobody.
    public var holderIdentity: String?
    /// How long it is valid after a renewal, in seconds; at least 1.
    public var leaseDurationSeconds: Int64?
    /// When the holder took it, as ``MicroTime`` writes it.
    public var acquireTime: String?
    /// When the holder renewed it last, as ``MicroTime`` writes it.
    public var renewTime: String?
    /// How often it has changed hands.
    public var leaseTransitions: Int64?
    var unmodelled: [String: JSONValue] = [:]

    /// A specification; by default nobody holds it.
    public init(
        holderIdentity: String? = nil, leaseDurationSeconds: Int64? = nil,
        acquireTime: String? = nil, renewTime: String? = nil, leaseTransitions: Int64? = nil
    ) {
        self.holderIdentity = holderIdentity
        self.leaseDurationSeconds = leaseDurationSeconds
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.leaseTransitions = leaseTransitions
    }

    init(json: JSONValue) {
        var rest = json.object ?? [:]
        holderIdentity = rest.removeValue(forKey: "holderIdentity")?.string
        leaseDurationSeconds = rest.removeValue(forKey: "leaseDurationSeconds")?.integer
        acquireTime = rest.removeValue(forKey: "acquireTime")?.string
        renewTime = rest.removeValue(forKey: "renewTime")?.string
        leaseTransitions = rest.removeValue(forKey: "leaseTransitions")?.integer
        unmodelled = rest
    }

    var json: JSONValue {
        var members = unmodelled
        members["holderIdentity"] = holderIdentity.map { .string($0) }
        members["leaseDurationSeconds"] = leaseDurationSeconds.map { .integer($0) }
        members["acquireTime"] = acquireTime.map { .string($0) }
        members["renewTime"] = renewTime.map { .string($0) }
        members["leaseTransitions"] = leaseTransitions.map { .integer($0) }
        return .object(members)
    }
}
