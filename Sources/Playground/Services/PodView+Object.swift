import JSON

extension PodView {
    /// What the object of a Pod says; nil if it is none.
    init?(_ object: JSONValue) {
        guard let metadata = object["metadata"], let name = metadata["name"]?.string,
            let uid = metadata["uid"]?.string
        else { return nil }
        let status = object["status"]
        let ready = (status?["conditions"]?.array ?? []).first { $0["type"]?.string == "Ready" }
        self.init(
            name: name, uid: uid, address: status?["podIP"]?.string ?? "",
            labels: metadata["labels"]?.strings ?? [:],
            isReady: ready?["status"]?.string == "True",
            isTerminating: metadata["deletionTimestamp"]?.string != nil,
            graceSeconds: metadata["deletionGracePeriodSeconds"]?.integer.map { Int($0) }
                ?? Int(Limits.terminationGrace.components.seconds))
    }
}
