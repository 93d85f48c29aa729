import Synchronization

/// The addresses behind one Service, as an EndpointSlice would hold them: Pods with the selector's
/// label that are ready and not being deleted. While no such Pod is left, those that are being
/// deleted and still serve take the connections, as kube-proxy does it.
final class EndpointTable: Sendable {
    private struct Contents {
        var addresses: [String] = []
        var next = 0
    }

    private let key: String
    private let value: String
    private let contents = Mutex(Contents())

    /// The Service that selects Pods with that label.
    init(key: String, value: String) {
        self.key = key
        self.value = value
    }

    /// The Pods have changed.
    func update(_ pods: [PodView]) {
        let chosen = Self.endpoints(of: pods.filter { $0.labels[key] == value })
        contents.withLock { $0.addresses = chosen }
    }

    /// The address for a new connection, each in turn; nil when there is none.
    func choose() -> String? {
        contents.withLock { contents in
            guard !contents.addresses.isEmpty else { return nil }
            contents.next = (contents.next + 1) % contents.addresses.count
            return contents.addresses[contents.next]
        }
    }

    private static func endpoints(of pods: [PodView]) -> [String] {
        let ready = pods.filter(\.isReady)
        let staying = ready.filter { !$0.isTerminating }
        return (staying.isEmpty ? ready : staying).map(\.address).sorted()
    }
}
