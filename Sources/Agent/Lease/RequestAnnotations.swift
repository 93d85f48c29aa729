import ReplicationCore

/// What people ask for, as annotations of the Lease (design §5).
enum RequestAnnotations {
    /// Present, and not "false": no election, no handover, no rejoin.
    static let paused = "understudy.dev/paused"
    /// Who shall be master: a member's name, or "any".
    static let switchover = "understudy.dev/switchover"
    /// `<pod>/<term>`: who shall be promoted without proof.
    static let forcedPromotion = "understudy.dev/force-promote"

    /// What the annotations ask for, and a sentence about what could not be understood.
    static func read(
        _ annotations: [String: String]
    ) -> (requests: Requests, problem: String?) {
        var requests = Requests()
        requests.isPaused = annotations[paused].map { $0 != "false" } ?? false
        requests.switchover = annotations[switchover].map { name in
            name.isEmpty || name == "any" ? .any : .member(name)
        }
        guard let text = annotations[forcedPromotion] else { return (requests, nil) }
        guard let forced = forced(text) else {
            return (
                requests,
                "the annotation \(forcedPromotion) is not understood: it is <pod>/<term>, as in "
                    + "db-1/7"
            )
        }
        requests.forcedPromotion = forced
        return (requests, nil)
    }

    /// The annotation of a request.
    static func key(of request: AnsweredRequest) -> String {
        switch request {
        case .switchover: switchover
        case .forcedPromotion: forcedPromotion
        }
    }

    private static func forced(_ text: String) -> ForcedPromotion? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, let term = Term(parts[1]), term >= 0 else {
            return nil
        }
        return ForcedPromotion(member: String(parts[0]), term: term)
    }
}
