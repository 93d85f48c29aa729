/// Questions about a playground that steps of a demonstration and of a measurement ask.
struct ClusterObserver: Sendable {
    let client: ControlClient

    /// The member that is labelled master, alone, and ready; nil while there is none.
    func master() async throws(PlaygroundError) -> PlaygroundStatus.Member? {
        let masters = try await client.status().members.filter { $0.role == "master" }
        guard masters.count == 1, let master = masters.first, master.ready else { return nil }
        return master
    }

    /// Waits for a master. Throws ``PlaygroundError``.
    func waitForMaster() async throws(PlaygroundError) -> PlaygroundStatus.Member {
        try await Waiting.find("a master that is ready", within: Limits.demoSettled) {
            () async throws(PlaygroundError) in try await master()
        }
    }

    /// Waits until there is one master, everybody else is a replica, all are ready, and the record
    /// says that any of them may be the next master. Throws ``PlaygroundError``.
    func waitUntilSettled() async throws(PlaygroundError) {
        try await Waiting.find("one master and only voters besides", within: Limits.demoSettled) {
            () async throws(PlaygroundError) -> Void? in
            let status = try await client.status()
            let ready = status.members.filter(\.ready)
            let masters = ready.filter { $0.role == "master" }.map(\.name)
            let replicas = ready.filter { $0.role == "replica" }.map(\.name)
            let isSettled =
                masters.count == 1 && masters.count + replicas.count == status.members.count
                && Set(status.lease.voters) == Set(replicas)
            return isSettled ? () : nil
        }
    }

    /// Waits until a member has another database process than before. Throws ``PlaygroundError``.
    func waitForNewDatabase(of old: PlaygroundStatus.Member) async throws(PlaygroundError) {
        try await Waiting.find("a new database of \(old.name)", within: Limits.demoSettled) {
            () async throws(PlaygroundError) -> Void? in
            let now = try await client.status().members.first { $0.name == old.name }
            return now?.databasePid != nil && now?.databasePid != old.databasePid ? () : nil
        }
    }
}
