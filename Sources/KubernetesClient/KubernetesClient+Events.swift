import JSON

extension KubernetesClient {
    /// Reports an Event about a Pod. Each call makes a new one: it is the caller who says a thing
    /// once.
    public func createEvent(
        _ event: PodEvent, timeout: Duration = .seconds(5)
    ) async throws(KubernetesError) {
        let suffix = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        let body: JSONValue = [
            "apiVersion": "events.k8s.io/v1", "kind": "Event",
            "metadata": [
                "name": .string("\(event.pod.prefix(200)).\(suffix)"),
                "namespace": .string(namespace),
            ],
            "eventTime": .string(MicroTime.now()),
            "type": .string(event.kind.rawValue),
            "reason": .string(event.reason), "action": .string(event.action),
            "note": .string(Self.cut(event.note)),
            "reportingController": .string(event.controller),
            "reportingInstance": .string(event.pod),
            "regarding": [
                "apiVersion": "v1", "kind": "Pod", "name": .string(event.pod),
                "namespace": .string(namespace), "uid": .string(event.uid),
            ],
        ]
        let call = APICall(.post, path("/apis/events.k8s.io/v1", "events"), body: body)
        _ = try await transport.perform(call, on: sharedConnection, timeout: timeout)
    }

    /// As much of a note as the API accepts, cut between characters.
    private static func cut(_ note: String) -> String {
        var note = note
        while note.utf8.count >= Limits.eventNote { note.removeLast() }
        return note
    }
}
