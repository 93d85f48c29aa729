import FoundationEssentials
import JSON
import KubernetesClient
import NIOPosix
import Testing

extension ContractAPI {
    func labels() async throws {
        let name = freshName()
        let pod = try await createPod(name, labels: ["app": name, "role": "replica"])
        let patched = try await client.patchPod(
            named: name, uid: pod.metadata.uid, labels: ["role": "master", "absent": nil],
            annotations: ["example.org/a": "b"])
        #expect(patched.metadata.labels == ["app": name, "role": "master"])
        #expect(patched.metadata.annotations["example.org/a"] == "b")
        let removed = try await client.patchPod(named: name, uid: nil, labels: ["role": nil])
        #expect(removed.metadata.labels == ["app": name])
        #expect(try await client.pod(named: name)?.metadata.labels == ["app": name])
        let code = await code { () async throws(KubernetesError) in
            try await client.patchPod(named: name, uid: nil, labels: ["role": "not a label"])
        }
        #expect(code == .invalid)
        try await deletePod(name)
    }

    func patchOfAnother() async throws {
        let name = freshName()
        _ = try await createPod(name, labels: [:])
        let code = await code { () async throws(KubernetesError) in
            try await client.patchPod(
                named: name, uid: "00000000-0000-4000-8000-000000000000",
                labels: ["role": "master"])
        }
        #expect(code == .conflict)
        #expect(try await client.pod(named: name)?.metadata.labels["role"] == nil)
        let stale: JSONValue = ["metadata": ["resourceVersion": "1", "labels": ["role": "m"]]]
        let (status, _) = try await raw(
            "PATCH", "\(pods)/\(name)", body: stale, type: "application/merge-patch+json")
        #expect(status == 409)
        try await deletePod(name)
    }

    func deletionOfAnother() async throws {
        let name = freshName()
        let pod = try await createPod(name, labels: [:])
        let code = await code { () async throws(KubernetesError) in
            try await client.deletePod(named: name, uid: "00000000-0000-4000-8000-000000000000")
        }
        #expect(code == .conflict)
        #expect(try await client.pod(named: name) != nil)
        try await client.deletePod(named: name, uid: pod.metadata.uid)
        #expect(try await client.pod(named: name) == nil)
    }

    func selector() async throws {
        let group = freshName()
        let names = [freshName(), freshName(), freshName()].sorted()
        for (name, role) in zip(names, ["master", "replica", ""]) {
            let labels = role.isEmpty ? ["group": group] : ["group": group, "role": role]
            _ = try await createPod(name, labels: labels)
        }
        for (selector, expected) in [
            ("group=\(group)", names), ("group=\(group),role", Array(names[..<2])),
            ("group=\(group),role=master", [names[0]]), ("group=\(group),!role", [names[2]]),
            ("group==\(group),role!=master", Array(names[1...])),
            ("group=\(group),role in (master, replica)", Array(names[..<2])),
            ("group=\(group),role notin (master,replica)", [names[2]]),
        ] {
            let found = try await client.pods(selector: selector).map(\.metadata.name)
            #expect(found == expected, "\(selector)")
        }
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.pods(selector: "role in master")
        }
        #expect(code == .invalid)
        for name in names { try await deletePod(name) }
    }

    func jsonPatch() async throws {
        let name = freshName()
        _ = try await createPod(name, labels: ["role": "replica"])
        let path = "\(pods)/\(name)"
        let operations: JSONValue = [
            ["op": "test", "path": "/metadata/labels/role", "value": "replica"],
            ["op": "replace", "path": "/metadata/labels/role", "value": "master"],
            ["op": "add", "path": "/metadata/labels/example.org~1a", "value": "b"],
        ]
        let type = "application/json-patch+json"
        let dry = try await raw("PATCH", path + "?dryRun=All", body: operations, type: type)
        #expect(dry.json["metadata"]?["labels"]?["role"] == "master")
        #expect(try await client.pod(named: name)?.metadata.labels == ["role": "replica"])
        #expect(try await raw("PATCH", path, body: operations, type: type).status == 200)
        #expect(
            try await client.pod(named: name)?.metadata.labels
                == ["role": "master", "example.org/a": "b"])
        #expect(try await raw("PATCH", path, body: operations, type: type).status == 422)
        try await deletePod(name)
    }

    func event() async throws {
        let name = freshName()
        let pod = try await createPod(name, labels: [:])
        try await client.createEvent(
            PodEvent(
                pod: name, uid: pod.metadata.uid ?? "", kind: .warning, reason: "LeaseLost",
                action: "Fence", note: String(repeating: "ä", count: 2000),
                controller: "understudy.dev/agent"))
        let path =
            "/api/v1/namespaces/\(configuration.namespace)/events"
            + "?fieldSelector=involvedObject.name%3D\(name)"
        let events = try await raw("GET", path).json["items"]?.array ?? []
        #expect(events.count == 1)
        #expect(events.first?["reason"] == "LeaseLost")
        #expect(events.first?["type"] == "Warning")
        #expect(events.first?["message"]?.string?.hasPrefix("ää") == true)
        try await deletePod(name)
    }

    func wrongToken() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: freshName())
        try Data("wrong\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let stranger = KubernetesClient(
            configuration: KubernetesConfiguration(
                endpoint: configuration.endpoint, tokenFile: file.path(),
                namespace: configuration.namespace),
            group: MultiThreadedEventLoopGroup.singleton)
        let code = await code { () async throws(KubernetesError) in
            _ = try await stranger.lease(named: "any", timeout: Self.deadline)
        }
        #expect(code == .unauthorized)
    }
}
