import HTTPClient
import JSON

/// Requests to the API with token and deadline, and what their answers mean.
struct APITransport: Sendable {
    let configuration: KubernetesConfiguration
    let tokens: TokenSource

    init(configuration: KubernetesConfiguration) {
        self.configuration = configuration
        tokens = TokenSource(path: configuration.tokenFile)
    }

    /// Performs a request; after a 401 once more, with the token read again.
    func perform(
        _ call: APICall, on connection: HTTPConnection, timeout: Duration
    ) async throws(KubernetesError) -> JSONValue {
        let deadline = ContinuousClock.now + timeout
        var token = try tokens.token()
        var response = try await send(call, token, on: connection, until: deadline)
        if response.status == 401 {
            tokens.refused(token)
            token = try tokens.token()
            response = try await send(call, token, on: connection, until: deadline)
            if response.status == 401 { tokens.refused(token) }
        }
        guard (200..<300).contains(response.status) else { throw Self.error(from: response) }
        do {
            return try JSONValue(parsing: response.body)
        } catch {
            throw KubernetesError(.badResponse, "the answer to \(call.name) is not JSON")
        }
    }

    /// The request with its header fields.
    func request(for call: APICall, token: String) -> HTTPRequest {
        var headers = [("Authorization", "Bearer \(token)"), ("Accept", "application/json")]
        if call.body != nil { headers.append(("Content-Type", call.contentType)) }
        return HTTPRequest(
            method: call.method.rawValue, path: call.target, headers: headers,
            body: call.body?.bytes)
    }

    private func send(
        _ call: APICall, _ token: String, on connection: HTTPConnection,
        until deadline: ContinuousClock.Instant
    ) async throws(KubernetesError) -> HTTPResponse {
        let request = request(for: call, token: token)
        do throws(HTTPError) {
            return try await connection.send(request, timeout: deadline - .now)
        } catch {
            throw Self.error(from: error, of: call)
        }
    }

    /// What a failed exchange means: a read that was not answered did nothing.
    static func error(from error: HTTPError, of call: APICall) -> KubernetesError {
        switch error {
        case .notSent(let reason):
            KubernetesError(.unreachable, "\(call.name): \(reason)")
        case .unknownOutcome(let reason):
            KubernetesError(
                call.method == .get ? .unreachable : .unknownOutcome, "\(call.name): \(reason)")
        }
    }

    /// What a response that is no success means.
    static func error(from response: HTTPResponse) -> KubernetesError {
        let status: JSONValue
        do {
            status = try JSONValue(parsing: response.body)
        } catch {
            // Not every server on the way speaks JSON; the status code is enough.
            status = [:]
        }
        let retryAfter = response.header("Retry-After").flatMap { Int64($0) }
        return self.error(code: response.status, status: status, retryAfter: retryAfter)
    }

    /// Whether the request is invalid because it is about another object of that name: a patch
    /// that holds a uid is answered so, where an update is answered with a conflict.
    private static func namesUID(_ status: JSONValue) -> Bool {
        let causes = status["details"]?["causes"]?.array ?? []
        return causes.contains { $0["field"]?.string == "metadata.uid" }
    }

    /// What a Status object with that code means.
    static func error(
        code: Int, status: JSONValue, retryAfter seconds: Int64? = nil
    ) -> KubernetesError {
        let message = status["message"]?.string ?? "the server answered \(code)"
        let retryAfter = seconds ?? status["details"]?["retryAfterSeconds"]?.integer
        let meaning: KubernetesError.Code =
            switch code {
            case 401: .unauthorized
            case 403: .forbidden
            case 404: .notFound
            case 409: status["reason"]?.string == "AlreadyExists" ? .alreadyExists : .conflict
            case 410: .gone
            case 422 where namesUID(status): .conflict
            case 429:
                .tooManyRequests(retryAfter: retryAfter.map { .seconds(min(max($0, 0), 3600)) })
            case 400..<500: .invalid
            case 500...: .server
            default: .badResponse
            }
        return KubernetesError(meaning, message)
    }
}
