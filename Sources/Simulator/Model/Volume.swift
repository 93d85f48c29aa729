import ReplicationCore

/// A member's data volume, and what lies in the Pod's own folder for settings.
struct Volume {
    /// The member's own durable file.
    enum StateFile {
        case none
        case state(MemberState)
        case torn
    }

    var file = StateFile.none
    /// What a loss of the node leaves, where a sabotage keeps it behind.
    var durableFile: StateFile?
    var durableEnd: End?
    var hasData = false
    /// A rewind or copy was cut off on the data itself: nothing in it can be relied on.
    var isMess = false
    var clusterID = ""
    var end = End(segment: 0, offset: 0)
    var isClean = true
    var wasPrimary = false
    /// Whether the next start will be read-only.
    var isArmed = true
    var isRetaining = false

    // Settings as written, whether loaded or not.
    var upstream: Int?
    var synchronous = SynchronousSet.empty
    var isClosed = false
    /// The name under which it follows.
    var application: Voter?

    var state: MemberState? {
        switch file {
        case .state(let state): state
        case .none, .torn: nil
        }
    }

    /// The history that is really there.
    var held: End? { hasData && !isMess ? end : nil }
}
