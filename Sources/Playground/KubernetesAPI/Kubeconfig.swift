public import JSON

/// How `kubectl` reaches the stand-in.
public enum Kubeconfig {
    /// A kubeconfig, in JSON, which `kubectl` reads as YAML.
    /// - Parameters:
    ///   - server: The URL.
    ///   - authority: The path of the authority's certificate.
    ///   - tokenFile: The path of the file that holds the bearer token.
    ///   - namespace: The namespace of commands that name none.
    /// - Returns: The document.
    public static func document(
        server: String, authority: String, tokenFile: String, namespace: String
    ) -> JSONValue {
        let name: JSONValue = "playground"
        return [
            "apiVersion": "v1", "kind": "Config", "current-context": name,
            "clusters": [
                [
                    "name": name,
                    "cluster": [
                        "server": .string(server), "certificate-authority": .string(authority),
                    ],
                ]
            ],
            "users": [["name": name, "user": ["tokenFile": .string(tokenFile)]]],
            "contexts": [
                [
                    "name": name,
                    "context": [
                        "cluster": name, "user": name, "namespace": .string(namespace),
                    ],
                ]
            ],
        ]
    }
}
