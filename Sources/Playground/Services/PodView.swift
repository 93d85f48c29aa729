/// What the API server shows of a Pod, as far as Services and commands look at it.
struct PodView: Sendable, Hashable {
    var name: String
    var uid: String
    var address: String
    var labels: [String: String]
    var isReady: Bool
    /// It has a deletion timestamp.
    var isTerminating: Bool
    /// How long its containers may take to end.
    var graceSeconds: Int
}
