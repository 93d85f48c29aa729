import JSON

/// Pods in the playground's own API server.
struct APIPodStore: PodStore {
    static let namespace = "default"

    let objects: ObjectStore

    func create(_ pod: PodRecord) async throws -> PodRecord {
        let created = try objects.create(podObject(pod), as: .pods, in: Self.namespace)
        var pod = pod
        pod.uid = created["metadata"]?["uid"]?.string ?? ""
        return pod
    }

    func report(_ status: PodStatus, of pod: PodRecord) async throws {
        try objects.patch(
            .pods, named: pod.name, in: Self.namespace,
            with: ["metadata": ["uid": .string(pod.uid)], "status": statusObject(status, of: pod)],
            part: .status)
    }

    func remove(_ pod: PodRecord) async throws {
        do {
            try objects.remove(.pods, named: pod.name, in: Self.namespace, uid: pod.uid)
        } catch {
            // Gone already, or replaced by one of another uid: what was wanted.
            guard let current = objects.get(.pods, named: pod.name, in: Self.namespace),
                current["metadata"]?["uid"]?.string == pod.uid
            else { return }
            throw error
        }
    }

    // MARK: Objects

    private func podObject(_ pod: PodRecord) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": .string(pod.name), "labels": JSONValue(pod.labels),
                "ownerReferences": [
                    [
                        "apiVersion": "apps/v1", "kind": "StatefulSet",
                        "name": .string(pod.cluster), "uid": "00000000-0000-4000-8000-000000000000",
                        "controller": true,
                    ]
                ],
            ],
            "spec": [
                "nodeName": .string(pod.node), "restartPolicy": "Always",
                "terminationGracePeriodSeconds": .integer(
                    Limits.terminationGrace.components.seconds),
                "initContainers": [
                    ["name": "agent", "image": "understudy", "restartPolicy": "Always"],
                    ["name": "init", "image": "database"],
                ],
                "containers": [["name": "database", "image": "database"]],
            ],
            "status": statusObject(PodStatus(), of: pod),
        ]
    }

    private func statusObject(_ status: PodStatus, of pod: PodRecord) -> JSONValue {
        func condition(_ type: String, _ holds: Bool) -> JSONValue {
            ["type": .string(type), "status": holds ? "True" : "False"]
        }
        return [
            "phase": status[.database].state.isRunning ? "Running" : "Pending",
            "podIP": .string(pod.address), "hostIP": .string(pod.address),
            "podIPs": [["ip": .string(pod.address)]],
            "conditions": [
                condition("PodScheduled", true), condition("Initialized", status.isInitialised),
                condition("ContainersReady", status.isReady), condition("Ready", status.isReady),
            ],
            "initContainerStatuses": [
                containerObject("agent", status[.agent], "understudy"),
                containerObject("init", status[.initialiser], "database"),
            ],
            "containerStatuses": [containerObject("database", status[.database], "database")],
        ]
    }

    private func containerObject(
        _ name: String, _ container: PodStatus.Container, _ image: String
    ) -> JSONValue {
        let state: JSONValue
        switch container.state {
        case .waiting(let reason): state = ["waiting": ["reason": .string(reason)]]
        case .running(let since):
            state = ["running": ["startedAt": .string(since)]]
        case .terminated(let code): state = ["terminated": ["exitCode": .integer(Int64(code))]]
        }
        return [
            "name": .string(name), "image": .string(image), "imageID": "", "state": state,
            "ready": .bool(container.isReady), "started": .bool(container.state.isRunning),
            "restartCount": .integer(Int64(container.restarts)),
        ]
    }
}
