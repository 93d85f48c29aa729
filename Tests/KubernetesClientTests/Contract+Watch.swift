import JSON
import KubernetesClient
import Testing

extension ContractAPI {
    private func text<Item>(_ event: WatchEvent<Item>, _ show: (Item) -> String) -> String {
        switch event {
        case .snapshot(let items): "snapshot \(items.map(show))"
        case .changed(let item): "changed \(show(item))"
        case .removed(let item): "removed \(show(item))"
        case .disconnected: "disconnected"
        }
    }

    func watchOrder() async throws {
        let name = freshName()
        var told: [String] = []
        for await event in client.watchLease(named: name) {
            told.append(text(event) { $0.spec.holderIdentity ?? "" })
            switch told.count {
            case 1:
                var lease = try await createLease(name, holder: "a")
                for holder in ["b", "c"] {
                    lease.spec.holderIdentity = holder
                    lease = try await client.updateLease(lease, timeout: Self.deadline)
                }
            case 4: try await deleteLease(name)
            default: break
            }
            if told.count == 5 { break }
        }
        #expect(told == ["snapshot []", "changed a", "changed b", "changed c", "removed c"])
    }

    func watchSelector() async throws {
        let group = freshName()
        let name = freshName()
        _ = try await createPod(name, labels: ["group": group, "role": "replica"])
        var told: [String] = []
        for await event in client.watchPods(selector: "group=\(group),role=master") {
            told.append(text(event) { $0.metadata.labels["role"] ?? "none" })
            let role: String? = told.count % 2 == 1 ? "master" : nil
            if told.count == 4 { break }
            try await client.patchPod(named: name, uid: nil, labels: ["role": role])
        }
        #expect(told.prefix(2) == ["snapshot []", "changed master"])
        #expect(told.count == 4 && told[2].hasPrefix("removed") && told[3] == "changed master")
        try await deletePod(name)
    }

    func watchResumes() async throws {
        let name = freshName()
        _ = try await createPod(name, labels: ["app": name])
        var told: [String] = []
        let timing = WatchTiming(idleTimeout: .seconds(10), duration: .seconds(1))
        for await event in client.watchPods(selector: "app=\(name)", timing: timing) {
            told.append(text(event) { $0.metadata.labels["step"] ?? "none" })
            if told.count == 4 { break }
            // A watch as long as the client's, begun after it, has ended when this returns: so each
            // change is told by another one.
            let path = "\(pods)?watch=1&timeoutSeconds=1&labelSelector=app=\(name)"
            #expect(try await raw("GET", path).json["type"] == "ADDED")
            try await client.patchPod(
                named: name, uid: nil, labels: ["step": String(told.count)])
        }
        #expect(told == ["snapshot [\"none\"]", "changed 1", "changed 2", "changed 3"])
        try await deletePod(name)
    }

    func nonsenseVersion() async throws {
        let (status, _) = try await raw("GET", "\(leases)?watch=1&resourceVersion=nonsense")
        #expect(status >= 400)
    }
}
