/// The Pods at the API server, as far as a kubelet and a StatefulSet's controller write them.
protocol PodStore: Sendable {
    /// Makes the Pod, and returns it with the uid that it was given. A second one with that name is
    /// an error.
    func create(_ pod: PodRecord) async throws -> PodRecord
    /// Reports the Pod's status; a Pod with another uid is left alone.
    func report(_ status: PodStatus, of pod: PodRecord) async throws
    /// Removes a Pod whose containers have ended; a Pod with another uid is left alone.
    func remove(_ pod: PodRecord) async throws
}
