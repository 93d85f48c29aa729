import JSON

/// What the API answers when it does not do what was asked: a Status.
public struct APIFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The HTTP status code.
    public var code: Int
    /// The reason, as Kubernetes names it.
    public var reason: String
    /// The sentence for people.
    public var message: String
    /// The member of the object that is not valid; nil if it is not about one.
    public var field: String?

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

    static func otherUID(_ resource: APIResource, _ name: String, _ uid: String) -> APIFailure {
        var failure = invalid(
            resource, name, "metadata.uid: Invalid value: \"\(uid)\": field is immutable")
        failure.field = "metadata.uid"
        return failure
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
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .integer(Int64(code)),
        ]
        if let field {
            let cause: JSONValue = [
                "reason": "FieldValueInvalid", "message": .string(message), "field": .string(field),
            ]
            status["details"] = ["causes": [cause]]
        }
        return status
    }
}
