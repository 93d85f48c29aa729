import JSON

/// What the API answers.
enum APIAnswer: Sendable {
    /// A status code and a JSON object.
    case object(Int, JSONValue)
    /// A status code and plain text.
    case text(Int, String)
    /// The changes of objects, one a line, for as long as it takes.
    case watch(WatchPlan)
}

/// What a watch shows.
struct WatchPlan: Sendable {
    var resource: APIResource
    var view: ObjectView
    /// The version to begin after; nil to begin with what is there.
    var since: Int?
    var wantsBookmarks: Bool
    var duration: Duration
    var request: APIRequest
}
