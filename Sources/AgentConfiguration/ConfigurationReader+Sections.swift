import ReplicationCore

extension ConfigurationReader {
    /// The engine; nil after a problem.
    mutating func engine() -> EngineDefaults? {
        let names = EngineDefaults.all.map(\.name).joined(separator: ", ")
        let remedy = "Set it to the kind of database: \(names)"
        guard let value = required(.engine, remedy) else { return nil }
        guard let engine = EngineDefaults.all.first(where: { $0.name == value.text }) else {
            report(.engine, value, "is no engine", "Use one of: \(names).")
            return nil
        }
        return engine
    }

    /// Who this member is; nil after a problem.
    mutating func identity() -> MemberIdentity? {
        let name = podName()
        let namespace = downward("POD_NAMESPACE", "metadata.namespace", "a namespace") {
            Text.isLabel($0)
        }
        let uid = downward("POD_UID", "metadata.uid", "a UID") { Text.isUID($0) }
        let address = downward("POD_IP", "status.podIP", "an IP address") { Text.isIPAddress($0) }
        guard let name, let namespace, let uid, let address else { return nil }
        return MemberIdentity(
            member: "\(name.statefulSet)-\(name.ordinal)", statefulSet: name.statefulSet,
            ordinal: name.ordinal, podUID: uid, namespace: namespace, podIP: address,
            node: optionalVariable("NODE_NAME")?.text)
    }

    /// The cluster; nil after a problem that leaves it without a name.
    mutating func cluster(of identity: MemberIdentity?) -> ClusterSettings? {
        let members = integer(
            .members, in: Limits.members, default: ConfigurationDefaults.members)
        let name = label(.cluster, default: identity?.statefulSet ?? "")
        let selector = value(.podSelector)
        if let selector, !Text.isSelector(selector.text) {
            report(
                .podSelector, selector, "is not a selector of labels",
                "Write it like app.kubernetes.io/instance=orders.")
        }
        let role = value(.roleLabel)
        if let role, !Text.isLabelKey(role.text) {
            report(
                .roleLabel, role, "is not a label's key",
                "Write it like role or example.org/role.")
        }
        guard let identity else { return nil }
        if identity.ordinal >= members {
            report(
                "POD_NAME", .variable("POD_NAME"),
                "has the ordinal \(identity.ordinal), but there are \(members) members",
                "Set members to the StatefulSet's replicas.")
        }
        return ClusterSettings(
            name: name, members: members,
            podSelector: selector?.text ?? "app.kubernetes.io/instance=\(name)",
            roleLabel: role?.text ?? ConfigurationDefaults.roleLabel)
    }

    /// Mode, timings and lag.
    mutating func policy() -> PolicySettings {
        let policy = PolicySettings(
            mode: choice(.mode, default: ConfigurationDefaults.mode),
            profile: choice(.profile, default: ConfigurationDefaults.profile),
            maximumLagBytes: bytes(.maximumLag, default: ConfigurationDefaults.maximumLag),
            earlyTakeover: choice(.earlyTakeover, default: ConfigurationDefaults.earlyTakeover))
        for problem in policy.timing.problems {
            report(
                ConfigurationKey.profile.rawValue, .derived("the profile \(policy.profile)"),
                "is not safe: \(problem)", "Use another profile.")
        }
        return policy
    }

    private mutating func podName() -> (statefulSet: String, ordinal: Int)? {
        let remedy = "Set it by the downward API (fieldRef metadata.name) to the Pod's name."
        guard let value = variable("POD_NAME", remedy) else { return nil }
        let dash = value.text.lastIndex(of: "-") ?? value.text.endIndex
        let set = String(value.text[..<dash])
        guard Text.isLabel(value.text), Text.isLabel(set),
            let ordinal = Text.decimal(String(value.text[dash...].dropFirst())),
            Limits.ordinals.contains(ordinal)
        else {
            report(
                "POD_NAME", value.source,
                "has the value \(value.quoted), which is not <statefulset>-<ordinal>",
                "Run this in a Pod of a StatefulSet.")
            return nil
        }
        return (set, ordinal)
    }

    private mutating func downward(
        _ name: String, _ field: String, _ kind: String, isValid: (String) -> Bool
    ) -> String? {
        let remedy = "Set it by the downward API (fieldRef \(field))."
        guard let value = variable(name, remedy) else { return nil }
        guard isValid(value.text) else {
            report(
                name, value.source, "has the value \(value.quoted), which is not \(kind)", remedy)
            return nil
        }
        return value.text
    }
}
