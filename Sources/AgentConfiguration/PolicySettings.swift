public import ReplicationCore

/// How careful and how fast the cluster is.
public struct PolicySettings: Sendable, Hashable {
    /// What a commit must have reached.
    public let mode: Mode
    /// The named choice of timings.
    public let profile: Profile
    /// In mode `async`: how many bytes behind the last master a member may be promoted.
    public let maximumLagBytes: UInt64
    /// Whether a master that R voters hear nothing of is replaced before its Lease has run out.
    public let earlyTakeover: Switch

    /// The profile's timings; safe, since the configuration would not exist otherwise.
    public var timing: Timing { profile.timing }
}
