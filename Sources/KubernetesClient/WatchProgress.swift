/// How far a watch has come.
struct WatchProgress {
    /// The resourceVersion to go on from.
    var version: String
    /// Whether the server told anything yet.
    var hasEvents = false
}
