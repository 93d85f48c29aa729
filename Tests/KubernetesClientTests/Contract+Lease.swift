import JSON
import KubernetesClient
import Testing

extension ContractAPI {
    func leaseIsRead() async throws {
        let name = freshName()
        let created = try await createLease(name)
        let read = try await client.lease(named: name, timeout: Self.deadline)
        #expect(read == created)
        #expect(read?.metadata.annotations == ["example.org/note": "kept"])
        #expect(read?.spec.holderIdentity == "me")
        #expect(read?.spec.leaseTransitions == 1)
        #expect(read?.metadata.uid?.isEmpty == false)
        try await deleteLease(name)
    }

    func secondCreation() async throws {
        let name = freshName()
        _ = try await createLease(name)
        let lease = Lease(metadata: ObjectMetadata(name: name))
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.createLease(lease, timeout: Self.deadline)
        }
        #expect(code == .alreadyExists)
        try await deleteLease(name)
    }

    func oldVersion() async throws {
        let name = freshName()
        let old = try await createLease(name)
        var new = old
        new.spec.leaseTransitions = 2
        new = try await client.updateLease(new, timeout: Self.deadline)
        #expect(new.metadata.resourceVersion != old.metadata.resourceVersion)
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.updateLease(old, timeout: Self.deadline)
        }
        #expect(code == .conflict)
        try await deleteLease(name)
    }

    func otherUID() async throws {
        let name = freshName()
        var lease = try await createLease(name)
        lease.metadata.uid = "00000000-0000-4000-8000-000000000000"
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.updateLease(lease, timeout: Self.deadline)
        }
        #expect(code == .conflict)
        try await deleteLease(name)
    }

    func keepsTheRest() async throws {
        let name = freshName()
        let body: JSONValue = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": [
                "name": .string(name), "labels": ["a": "b"],
                "annotations": ["example.org/x": "y"], "finalizers": ["example.org/keep"],
            ],
            "spec": [:],
        ]
        let (status, _) = try await raw("POST", leases, body: body)
        #expect(status == 201)
        var lease = try #require(try await client.lease(named: name, timeout: Self.deadline))
        lease.spec.holderIdentity = "me"
        lease.metadata.annotations["understudy.dev/record"] = "{}"
        _ = try await client.updateLease(lease, timeout: Self.deadline)
        let after = try await raw("GET", "\(leases)/\(name)").json
        #expect(after["metadata"]?["finalizers"] == ["example.org/keep"])
        #expect(after["metadata"]?["labels"] == ["a": "b"])
        #expect(
            after["metadata"]?["annotations"]
                == ["example.org/x": "y", "understudy.dev/record": "{}"])
        // With a finalizer a deletion only begins; the last one's removal ends it.
        try await deleteLease(name)
        let marked = try await client.lease(named: name, timeout: Self.deadline)
        #expect(marked?.metadata.deletionTimestamp != nil)
        _ = try await raw(
            "PATCH", "\(leases)/\(name)", body: ["metadata": ["finalizers": .null]],
            type: "application/merge-patch+json")
        #expect(try await client.lease(named: name, timeout: Self.deadline) == nil)
    }

    func deletedStaysDeleted() async throws {
        let name = freshName()
        let lease = try await createLease(name)
        let (status, json) = try await raw("DELETE", "\(leases)/\(name)")
        #expect(status == 200)
        #expect(json["kind"] == "Status" && json["status"] == "Success")
        #expect(json["details"]?["uid"]?.string == lease.metadata.uid)
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.updateLease(lease, timeout: Self.deadline)
        }
        #expect(code == .conflict)
        #expect(try await client.lease(named: name, timeout: Self.deadline) == nil)
    }

    func deletedComesBack() async throws {
        let name = freshName()
        let lease = try await createLease(name)
        try await deleteLease(name)
        var body = lease.json
        var metadata = body["metadata"] ?? [:]
        metadata["uid"] = nil
        body["metadata"] = metadata
        let (status, json) = try await raw("PUT", "\(leases)/\(name)", body: body)
        #expect(status == 201)
        #expect(json["metadata"]?["uid"]?.string != lease.metadata.uid)
        // The client refuses to send such a request at all.
        var careless = lease
        careless.metadata.uid = nil
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.updateLease(careless, timeout: Self.deadline)
        }
        #expect(code == .invalid)
        try await deleteLease(name)
    }

    func invalidLease() async throws {
        let lease = Lease(
            metadata: ObjectMetadata(name: freshName()), spec: LeaseSpec(leaseDurationSeconds: 0))
        let code = await code { () async throws(KubernetesError) in
            _ = try await client.createLease(lease, timeout: Self.deadline)
        }
        #expect(code == .invalid)
        let body: JSONValue = [
            "apiVersion": "coordination.k8s.io/v1", "kind": "Lease",
            "metadata": ["name": .string(freshName())], "spec": ["renewTime": "yesterday"],
        ]
        #expect(try await raw("POST", leases, body: body).status == 400)
        let valid = try await createLease(freshName())
        var update = valid.json
        var metadata = update["metadata"] ?? [:]
        metadata["resourceVersion"] = nil
        update["metadata"] = metadata
        let path = "\(leases)/\(valid.metadata.name)"
        #expect(try await raw("PUT", path, body: update).status == 422)
        try await deleteLease(valid.metadata.name)
    }

    func oneWinner() async throws {
        let name = freshName()
        let lease = try await createLease(name, holder: "")
        for _ in 0..<3 {
            let current = try await client.lease(named: name, timeout: Self.deadline) ?? lease
            let codes = await withTaskGroup(of: KubernetesError.Code?.self) { group in
                for writer in 0..<6 {
                    var mine = current
                    mine.spec.holderIdentity = "writer-\(writer)"
                    mine.spec.leaseTransitions = (mine.spec.leaseTransitions ?? 0) + 1
                    let wanted = mine
                    let rival = ContractAPI(configuration: configuration, token: token)
                    group.addTask {
                        await rival.code { () async throws(KubernetesError) in
                            _ = try await rival.client.updateLease(
                                wanted, timeout: Self.deadline)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.filter { $0 == nil }.count == 1)
            #expect(codes.filter { $0 == .conflict }.count == 5)
        }
        let last = try await client.lease(named: name, timeout: Self.deadline)
        #expect(last?.spec.leaseTransitions == 4)
        try await deleteLease(name)
    }

    func unchanged() async throws {
        let name = freshName()
        let lease = try await createLease(name)
        let again = try await client.updateLease(lease, timeout: Self.deadline)
        #expect(again.metadata.resourceVersion == lease.metadata.resourceVersion)
        try await deleteLease(name)
    }

    func missing() async throws {
        #expect(try await client.lease(named: freshName(), timeout: Self.deadline) == nil)
        #expect(try await client.pod(named: freshName()) == nil)
        let absent = freshName()
        let code = await code { () async throws(KubernetesError) in
            try await client.patchPod(named: absent, uid: nil, labels: ["role": "master"])
        }
        #expect(code == .notFound)
    }
}
