/// What a path names: a collection or an object.
struct APITarget: Sendable {
    let resource: APIResource
    /// nil for all.
    let namespace: String?
    let name: String?
    let part: ObjectPart

    init(path: [String]) throws(APIFailure) {
        var rest = path[...]
        let group: String
        switch (rest.popFirst(), rest.first) {
        case ("api", "v1"):
            group = ""
        case ("apis", let name?) where rest.count > 1:
            group = name
            rest.removeFirst()
        case (_, _): throw Self.unknown
        }
        guard rest.popFirst() == "v1" else { throw Self.unknown }
        var namespace: String?
        if rest.first == "namespaces", rest.count >= 3, rest.dropFirst(2).first != "status" {
            namespace = rest.dropFirst().first
            rest = rest.dropFirst(2)
        }
        let plural = rest.popFirst()
        guard
            let resource = APIResource.all.first(where: {
                $0.group == group && $0.plural == plural
                    && (namespace == nil || $0.isNamespaced)
            })
        else { throw Self.unknown }
        self.resource = resource
        self.namespace = namespace
        name = rest.popFirst()
        guard name == nil || namespace != nil || !resource.isNamespaced else { throw Self.unknown }
        switch (rest.popFirst(), resource.hasStatus, rest.isEmpty) {
        case (nil, _, _): part = .main
        case ("status", true, true): part = .status
        case (_, _, _): throw Self.unknown
        }
    }

    /// The namespace of a request about one object.
    var space: String { namespace ?? "" }

    func view(_ request: APIRequest) throws(APIFailure) -> ObjectView {
        try ObjectView(resource, namespace: namespace, name: name, request: request)
    }

    private static let unknown = APIFailure(
        code: 404, reason: "NotFound", message: "the server could not find the requested resource")
}
