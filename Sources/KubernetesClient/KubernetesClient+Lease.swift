extension KubernetesClient {
    private static var prefix: String { "/apis/coordination.k8s.io/v1" }

    /// The Lease of that name; nil if there is none.
    public func lease(named name: String, timeout: Duration) async throws(KubernetesError) -> Lease?
    {
        let call = APICall(.get, path(Self.prefix, "leases", name))
        do throws(KubernetesError) {
            return Lease(
                json: try await transport.perform(call, on: leaseConnection, timeout: timeout))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Creates a Lease and returns it as it was stored.
    /// - Throws: ``KubernetesError`` of the code `alreadyExists` if another was first.
    public func createLease(
        _ lease: Lease, timeout: Duration
    ) async throws(KubernetesError) -> Lease {
        let call = APICall(.post, path(Self.prefix, "leases"), body: lease.json)
        return Lease(
            json: try await transport.perform(call, on: leaseConnection, timeout: timeout))
    }

    /// Replaces a Lease that was read before and returns it as it was stored. It must hold the uid
    /// and the resourceVersion that were read: a PUT without the uid would bring a deleted Lease
    /// back, even one with a resourceVersion.
    /// - Throws: ``KubernetesError``; of the code `conflict` if it has changed or is gone. Whether
    ///   it was written after all says ``KubernetesError/mayHaveBeenApplied``.
    public func updateLease(
        _ lease: Lease, timeout: Duration
    ) async throws(KubernetesError) -> Lease {
        guard lease.metadata.uid?.isEmpty == false,
            lease.metadata.resourceVersion?.isEmpty == false
        else {
            throw KubernetesError(
                .invalid, "an update of Lease \(lease.metadata.name) needs uid and resourceVersion")
        }
        let call = APICall(
            .put, path(Self.prefix, "leases", lease.metadata.name), body: lease.json)
        return Lease(
            json: try await transport.perform(call, on: leaseConnection, timeout: timeout))
    }

    /// Watches one Lease. A reader that falls behind loses the older events: each is the whole
    /// Lease.
    public func watchLease(
        named name: String, timing: WatchTiming = .lease
    ) -> AsyncStream<WatchEvent<Lease>> {
        // With this selector a role that names the one Lease covers list and watch too.
        watch(
            path(Self.prefix, "leases"), [("fieldSelector", "metadata.name=\(name)")],
            timing: timing, room: Limits.waitingLeaseEvents, mayDrop: true)
    }
}
