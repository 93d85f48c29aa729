import JSON

/// Which objects a request is about, and how they are shown.
struct ObjectView: Sendable {
    let resource: APIResource
    let namespace: String?
    private let name: String?
    private let labels: String
    private let fields: String
    private let isTable: Bool
    private let wholeObjects: Bool

    init(
        _ resource: APIResource, namespace: String?, name: String?, request: APIRequest
    ) throws(APIFailure) {
        self.resource = resource
        self.namespace = namespace
        self.name = name
        labels = request.query["labelSelector"] ?? ""
        fields = request.query["fieldSelector"] ?? ""
        isTable = request.wantsTable
        wholeObjects = request.query["includeObject"] == "Object"
        _ = try LabelSelector(parsing: labels)
        _ = try FieldSelector(parsing: fields)
    }

    /// A test of stored objects.
    func filter() throws(APIFailure) -> (JSONValue) -> Bool {
        let labels = try LabelSelector(parsing: self.labels)
        let fields = try FieldSelector(parsing: self.fields)
        let resource = self.resource
        let (namespace, name) = (self.namespace, self.name)
        return { object in
            let metadata = object["metadata"]
            return (namespace == nil || metadata?["namespace"]?.string == namespace)
                && (name == nil || metadata?["name"]?.string == name)
                && labels.matches(object)
                && fields.matches(EventForm.shown(object, as: resource))
        }
    }

    /// One stored object as it is shown.
    func shown(_ object: JSONValue) -> JSONValue {
        let object = EventForm.shown(object, as: resource)
        guard isTable else { return object }
        return table([object], version: object["metadata"]?["resourceVersion"]?.string ?? "")
    }

    /// A list of stored objects as it is shown.
    func shown(_ objects: [JSONValue], version: Int) -> JSONValue {
        let objects = objects.map { EventForm.shown($0, as: resource) }
        if isTable { return table(objects, version: String(version)) }
        return [
            "kind": .string(resource.kind + "List"), "apiVersion": .string(resource.apiVersion),
            "metadata": ["resourceVersion": .string(String(version))], "items": .array(objects),
        ]
    }

    /// What stands in a watch for "nothing was left out up to here".
    func bookmark(_ version: Int) -> JSONValue {
        let object: JSONValue = [
            "kind": .string(resource.kind), "apiVersion": .string(resource.apiVersion),
            "metadata": [
                "resourceVersion": .string(String(version)), "creationTimestamp": .null,
            ],
        ]
        return isTable ? table([], version: String(version)) : object
    }

    private func table(_ objects: [JSONValue], version: String) -> JSONValue {
        ObjectTable.render(
            objects, of: resource, version: version, wholeObjects: wholeObjects)
    }
}
