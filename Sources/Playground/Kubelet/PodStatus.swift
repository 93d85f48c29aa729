/// What the kubelet reports about a Pod.
struct PodStatus: Sendable, Hashable {
    /// One container of the Pod.
    struct Container: Sendable, Hashable {
        enum State: Sendable, Hashable {
            case waiting(reason: String)
            /// Since when, in RFC 3339.
            case running(since: String)
            case terminated(code: Int32)

            /// Its main process runs.
            var isRunning: Bool {
                switch self {
                case .running: true
                case .waiting, .terminated: false
                }
            }
        }

        var state: State = .waiting(reason: "PodInitializing")
        var restarts = 0
        var isReady = false
    }

    private var containers: [ContainerRole: Container] = [:]
    /// Whether the machine answers; a Pod on a lost one is not ready.
    var isNodeLost = false

    /// What is reported of one container.
    subscript(role: ContainerRole) -> Container {
        get { containers[role] ?? Container() }
        set { containers[role] = newValue }
    }

    /// The init container has done its work.
    var isInitialised: Bool { self[.initialiser].state == .terminated(code: 0) }
    /// The Pod's Ready condition.
    var isReady: Bool { self[.database].isReady && !isNodeLost }
}
