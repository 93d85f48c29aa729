import JSON

/// What the API answers when it does not do what was asked: a Status.
public struct APIFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status code.
    public var code: Int
    /// The reason, as Kubernetes names it.
    public var reason: String
    /// The sentence for people.
    public var message: String

    /// The reason, a colon and the sentence.
    public var description: String { "\(reason): \(message)" }

    static func notFound(_ resource: APIResource, _ name: String) -> APIFailure {
        APIFailure(
            code: 404, reason: "NotFound", message: "\(resource.fullName) \"\(name)\" not found")
    }

    static func alreadyExists(_ resource: APIResource, _ name: String) -> APIFailure {
        APIFailure(
            code: 409, reason: "AlreadyExists",
            message: "\(resource.fullName) \"\(name)\" already exists")
    }

    static func conflict(_ resource: APIResource, _ name: String, _ why: String) -> APIFailure {
        APIFailure(
            code: 409, reason: "Conflict",
            message: "Operation cannot be fulfilled on \(resource.fullName) \"\(name)\": \(why)")
    }

    static func staleUID(
        _ resource: APIResource, _ name: String, wanted: String, found: String
    ) -> APIFailure {
        .conflict(
            resource, name,
            "StorageError: invalid object, Precondition failed: UID in precondition: \(wanted), "
                + "UID in object meta: \(found)")
    }

    static func invalid(_ resource: APIResource, _ name: String, _ why: String) -> APIFailure {
        APIFailure(
            code: 422, reason: "Invalid",
            message: "\(resource.kind) \"\(name)\" is invalid: \(why)")
    }

    static func badRequest(_ why: String) -> APIFailure {
        APIFailure(code: 400, reason: "BadRequest", message: why)
    }

    static let unauthorized = APIFailure(
        code: 401, reason: "Unauthorized", message: "Unauthorized")

    static let notAllowed = APIFailure(
        code: 405, reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource")

    static func gone(_ version: Int, oldest: Int) -> APIFailure {
        APIFailure(
            code: 410, reason: "Expired",
            message: "too old resource version: \(version) (\(oldest))")
    }

    /// The Status object.
    var status: JSONValue {
        [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .integer(Int64(code)),
        ]
    }
}
