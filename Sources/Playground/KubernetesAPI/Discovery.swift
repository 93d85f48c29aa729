import JSON

/// What the API says about itself.
enum Discovery {
    /// The document at a path; nil if there is none.
    static func document(at path: [String]) -> JSONValue? {
        switch path {
        case ["version"]: return version
        case ["api"]:
            return [
                "kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": [],
            ]
        case ["apis"]:
            return [
                "kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(group)),
            ]
        case ["api", "v1"]: return resources(of: "")
        default: break
        }
        guard path.first == "apis", path.count > 1, groups.contains(path[1]) else { return nil }
        if path.count == 2 { return group(path[1]) }
        return path.count == 3 && path[2] == "v1" ? resources(of: path[1]) : nil
    }

    private static let groups = ["coordination.k8s.io", "events.k8s.io"]

    private static let version: JSONValue = [
        "major": "1", "minor": "32", "gitVersion": "v1.32.0+understudy-playground",
        "gitCommit": "", "gitTreeState": "clean", "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "", "compiler": "swift", "platform": "linux/amd64",
    ]

    private static func group(_ name: String) -> JSONValue {
        let version: JSONValue = ["groupVersion": .string(name + "/v1"), "version": "v1"]
        return [
            "kind": "APIGroup", "apiVersion": "v1", "name": .string(name), "versions": [version],
            "preferredVersion": version,
        ]
    }

    private static func resources(of group: String) -> JSONValue {
        let verbs: JSONValue = [
            "create", "delete", "get", "list", "patch", "update", "watch",
        ]
        let entries = APIResource.all.filter { $0.group == group }.flatMap { resource in
            var entry: JSONValue = [
                "name": .string(resource.plural),
                "singularName": .string(resource.kind.lowercased()),
                "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
                "verbs": verbs,
                "shortNames": .array(resource.shortNames.map { .string($0) }),
            ]
            if resource == .pods { entry["categories"] = ["all"] }
            guard resource.hasStatus else { return [entry] }
            let status: JSONValue = [
                "name": .string(resource.plural + "/status"), "singularName": "",
                "namespaced": .bool(resource.isNamespaced), "kind": .string(resource.kind),
                "verbs": ["get", "patch", "update"],
            ]
            return [entry, status]
        }
        return [
            "kind": "APIResourceList", "apiVersion": "v1",
            "groupVersion": .string(group.isEmpty ? "v1" : group + "/v1"),
            "resources": .array(entries),
        ]
    }
}
