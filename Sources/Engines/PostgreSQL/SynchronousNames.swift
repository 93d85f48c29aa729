import ReplicationCore

/// `synchronous_standby_names`, as far as we write it: `ANY 1 ("pg-1.…","pg-2.…")`.
enum SynchronousNames {
    /// The setting's value for a set; empty when nobody must acknowledge.
    static func text(_ set: SynchronousSet) -> String {
        guard !set.voters.isEmpty, set.required > 0 else { return "" }
        let names = set.voters.map { SynchronousNames.quoted($0.description) }
        return "ANY \(set.required) (\(names.joined(separator: ",")))"
    }

    /// The set behind a value; nil for a value that is not of our form.
    static func parse(_ text: String) -> SynchronousSet? {
        if text.isEmpty { return .empty }
        guard text.hasPrefix("ANY "), text.hasSuffix(")"),
            let open = text.firstIndex(of: "("),
            let required = Int(text[text.index(text.startIndex, offsetBy: 4)..<open].dropLast()),
            required > 0
        else { return nil }
        let list = text[text.index(after: open)...].dropLast()
        var voters: [Voter] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            guard item.count > 2, item.hasPrefix("\""), item.hasSuffix("\""),
                let voter = PostgreSQLNames.voter(application: String(item.dropFirst().dropLast()))
            else { return nil }
            voters.append(voter)
        }
        return SynchronousSet(voters: voters, required: required)
    }

    private static func quoted(_ name: String) -> String { "\"\(name)\"" }
}
