import JSON

/// Says what each request gets, and changes the store as it asks.
struct APIRouter: Sendable {
    let store: ObjectStore
    let tokens: @Sendable () -> Set<String>
    /// Told the token of each request that writes.
    let noteWrite: @Sendable (String) -> Void

    func answer(_ request: APIRequest) -> APIAnswer {
        do throws(APIFailure) {
            return try route(request)
        } catch {
            return .object(error.code, error.status)
        }
    }

    private func route(_ request: APIRequest) throws(APIFailure) -> APIAnswer {
        if ["healthz", "livez", "readyz"].contains(request.path.first) { return .text(200, "ok") }
        let scheme = "Bearer "
        guard let authorization = request.headers["authorization"],
            authorization.hasPrefix(scheme)
        else { throw .unauthorized }
        let token = String(authorization.dropFirst(scheme.count))
        guard tokens().contains(token) else { throw .unauthorized }
        if request.method != "GET" { noteWrite(token) }
        if let document = Discovery.document(at: request.path) { return .object(200, document) }
        let target = try APITarget(path: request.path)
        return switch (request.method, target.name) {
        case ("GET", let name?) where !request.isSet("watch"):
            try get(target, name, request)
        case ("GET", _): try request.isSet("watch") ? watch(target, request) : list(target, request)
        case ("POST", nil): try create(target, request)
        case ("PUT", let name?): try put(target, name, request)
        case ("PATCH", let name?): try patch(target, name, request)
        case ("DELETE", let name?): try delete(target, name, request)
        case ("DELETE", nil): try deleteAll(target, request)
        case (_, _): throw .notAllowed
        }
    }

    // MARK: - Reading

    private func get(
        _ target: APITarget, _ name: String, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        guard let object = store.get(target.resource, named: name, in: target.space) else {
            throw .notFound(target.resource, name)
        }
        return .object(200, try target.view(request).shown(object))
    }

    private func list(
        _ target: APITarget, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let view = try target.view(request)
        let (objects, version) = store.list(target.resource, in: target.namespace)
        return .object(200, view.shown(objects.filter(try view.filter()), version: version))
    }

    private func watch(
        _ target: APITarget, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let text = request.query["resourceVersion"] ?? ""
        guard text.isEmpty || Int(text) != nil else {
            throw .badRequest("Invalid value: \"\(text)\": resourceVersion")
        }
        let since = Int(text).flatMap { $0 == 0 ? nil : $0 }
        let seconds = request.query["timeoutSeconds"].flatMap { Int64($0) } ?? 1800
        return .watch(
            WatchPlan(
                resource: target.resource, view: try target.view(request), since: since,
                wantsBookmarks: request.isSet("allowWatchBookmarks"),
                duration: .seconds(min(max(seconds, 1), 7200)), request: request))
    }

    // MARK: - Writing

    private func create(
        _ target: APITarget, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let object = try object(in: request, for: target)
        guard !isDryRun(request) else { return .object(201, object) }
        let stored = try store.create(
            EventForm.stored(object, from: target.resource), as: target.resource,
            in: target.space)
        return .object(201, try target.view(request).shown(stored))
    }

    private func put(
        _ target: APITarget, _ name: String, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let object = try object(in: request, for: target)
        guard !isDryRun(request) else { return .object(200, object) }
        let existed = store.get(target.resource, named: name, in: target.space) != nil
        let stored = try store.replace(
            EventForm.stored(object, from: target.resource), as: target.resource, named: name,
            in: target.space, part: target.part)
        return .object(existed ? 200 : 201, try target.view(request).shown(stored))
    }

    private func patch(
        _ target: APITarget, _ name: String, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let type = request.headers["content-type"]?.split(separator: ";").first.map(String.init)
        guard let patch = try request.json() else { throw .badRequest("a patch needs a body") }
        let transform: (JSONValue) throws(APIFailure) -> JSONValue
        switch type {
        case "application/merge-patch+json", "application/strategic-merge-patch+json":
            transform = { (current: JSONValue) throws(APIFailure) in current.merging(patch) }
        case "application/json-patch+json":
            guard let operations = patch.array else {
                throw .badRequest("a JSON patch is an array")
            }
            transform = { (current: JSONValue) throws(APIFailure) in
                try current.applying(operations)
            }
        default:
            throw APIFailure(
                code: 415, reason: "UnsupportedMediaType",
                message: "the body of the request was in an unknown format: \(type ?? "none")")
        }
        let resource = target.resource
        let change: (JSONValue) throws(APIFailure) -> JSONValue = {
            (current: JSONValue) throws(APIFailure) in
            let patched = try transform(EventForm.shown(current, as: resource))
            return EventForm.stored(patched, from: resource)
        }
        if isDryRun(request) {
            guard let current = store.get(resource, named: name, in: target.space) else {
                throw .notFound(resource, name)
            }
            return .object(200, try target.view(request).shown(try change(current)))
        }
        let stored = try store.update(
            resource, named: name, in: target.space, part: target.part, change)
        return .object(200, try target.view(request).shown(stored))
    }

    private func delete(
        _ target: APITarget, _ name: String, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let body = try request.json()
        let seconds =
            body?["gracePeriodSeconds"]?.integer
            ?? request.query["gracePeriodSeconds"].flatMap { Int64($0) }
        let options = DeletionOptions(
            gracePeriod: seconds.map { .seconds($0) },
            uid: body?["preconditions"]?["uid"]?.string,
            resourceVersion: body?["preconditions"]?["resourceVersion"]?.string)
        if isDryRun(request) { return try get(target, name, request) }
        let last = try store.delete(
            target.resource, named: name, in: target.space, options: options)
        if target.resource == .pods { return .object(200, try target.view(request).shown(last)) }
        return .object(
            200,
            [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Success",
                "details": [
                    "name": .string(name), "group": .string(target.resource.group),
                    "kind": .string(target.resource.plural),
                    "uid": last["metadata"]?["uid"] ?? "",
                ],
            ])
    }

    private func deleteAll(
        _ target: APITarget, _ request: APIRequest
    ) throws(APIFailure) -> APIAnswer {
        let view = try target.view(request)
        let objects = store.list(target.resource, in: target.namespace).objects
            .filter(try view.filter())
        for object in objects {
            guard let name = object["metadata"]?["name"]?.string else { continue }
            _ = try delete(target, name, request)
        }
        return .object(200, view.shown(objects, version: store.list(target.resource).version))
    }

    private func isDryRun(_ request: APIRequest) -> Bool {
        request.query["dryRun"]?.isEmpty == false
    }

    private func object(
        in request: APIRequest, for target: APITarget
    ) throws(APIFailure) -> JSONValue {
        guard let object = try request.json(), object.object != nil else {
            throw .badRequest("the body must be an object")
        }
        guard object["kind"]?.string ?? target.resource.kind == target.resource.kind,
            object["apiVersion"]?.string ?? target.resource.apiVersion
                == target.resource.apiVersion
        else {
            throw .badRequest(
                "the object in the body is not a \(target.resource.kind) of "
                    + target.resource.apiVersion)
        }
        return object
    }
}
