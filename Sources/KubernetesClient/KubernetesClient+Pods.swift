import JSON

extension KubernetesClient {
    /// All Pods that match a label selector.
    public func pods(
        selector: String, timeout: Duration = .seconds(5)
    ) async throws(KubernetesError) -> [Pod] {
        let call = APICall(.get, path("/api/v1", "pods"), query: [("labelSelector", selector)])
        let list = try await transport.perform(call, on: sharedConnection, timeout: timeout)
        return (list["items"]?.array ?? []).map(Pod.init)
    }

    /// The Pod of that name; nil if there is none.
    public func pod(
        named name: String, timeout: Duration = .seconds(5)
    ) async throws(KubernetesError) -> Pod? {
        let call = APICall(.get, path("/api/v1", "pods", name))
        do throws(KubernetesError) {
            return Pod(
                json: try await transport.perform(call, on: sharedConnection, timeout: timeout))
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
    }

    /// Watches the Pods that match a label selector. A reader that falls too far behind gets a new
    /// snapshot; no change is lost silently.
    public func watchPods(
        selector: String, timing: WatchTiming = .pods
    ) -> AsyncStream<WatchEvent<Pod>> {
        watch(
            path("/api/v1", "pods"), [("labelSelector", selector)], timing: timing,
            room: Limits.waitingPodEvents, mayDrop: false)
    }

    /// Sets labels and annotations of a Pod, or removes those that are nil; all others stay. With
    /// a uid only that very Pod is changed, not a later one of its name: that is a `conflict`.
    @discardableResult
    public func patchPod(
        named name: String, uid: String?, labels: [String: String?] = [:],
        annotations: [String: String?] = [:], timeout: Duration = .seconds(5)
    ) async throws(KubernetesError) -> Pod {
        var metadata: JSONValue = [:]
        metadata["uid"] = uid.map { .string($0) }
        if !labels.isEmpty { metadata["labels"] = Self.patch(labels) }
        if !annotations.isEmpty { metadata["annotations"] = Self.patch(annotations) }
        var call = APICall(.patch, path("/api/v1", "pods", name), body: ["metadata": metadata])
        call.contentType = "application/merge-patch+json"
        return Pod(
            json: try await transport.perform(call, on: sharedConnection, timeout: timeout))
    }

    /// Asks for the deletion of a Pod, with its own time to end. With a uid only that very Pod is
    /// deleted, not a later one of its name: that is a `conflict`.
    public func deletePod(
        named name: String, uid: String?, timeout: Duration = .seconds(5)
    ) async throws(KubernetesError) {
        var options: JSONValue = ["apiVersion": "v1", "kind": "DeleteOptions"]
        if let uid { options["preconditions"] = ["uid": .string(uid)] }
        let call = APICall(.delete, path("/api/v1", "pods", name), body: options)
        _ = try await transport.perform(call, on: sharedConnection, timeout: timeout)
    }

    private static func patch(_ changes: [String: String?]) -> JSONValue {
        .object(changes.mapValues { $0.map { .string($0) } ?? .null })
    }
}
