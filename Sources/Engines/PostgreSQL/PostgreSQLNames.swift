import ReplicationCore

/// The names under which things of ours are known to the server.
enum PostgreSQLNames {
    /// The account with which members replicate and rewind.
    static let replicator = "understudy_replicator"
    /// The map of `pg_ident.conf` from the agent's system account to the superuser.
    static let identMap = "understudy"
    /// A database that never exists. Whether a connection to it is refused or merely fails shows
    /// which of our access rules the server has in force.
    static let canaryDatabase = "understudy_canary"
    /// How the agent's sessions are shown.
    static let agentApplication = "understudy"

    private static let slotPrefix = "understudy_"

    /// The slot of a member: anything but `[a-z0-9_]` becomes an underscore.
    static func slot(of member: String) -> String {
        let safe = member.unicodeScalars.map { scalar in
            ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? scalar : "_"
        }
        var name = String.UnicodeScalarView()
        name.append(contentsOf: safe)
        return slotPrefix + String(name)
    }

    /// Whether a slot is one of ours.
    static func isOwn(slot: String) -> Bool { slot.hasPrefix(slotPrefix) }

    /// How a clone is shown on its donor: no name that a synchronous set could hold.
    static func cloneApplication(of member: String) -> String { "understudy_clone_\(member)" }

    /// The member and incarnation behind `<member>.<incarnation>`; nil for another's name.
    static func voter(application: String) -> Voter? {
        guard let dot = application.lastIndex(of: ".") else { return nil }
        let member = application[..<dot]
        let incarnation = application[application.index(after: dot)...]
        guard !member.isEmpty, incarnation.count == 16,
            incarnation.allSatisfy({ $0.isHexDigit && !$0.isUppercase })
        else { return nil }
        return Voter(member: String(member), incarnation: String(incarnation))
    }
}
