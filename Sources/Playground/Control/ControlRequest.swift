/// What a command asks of the playground that runs in a folder.
public enum ControlRequest: Sendable, Hashable, Codable {
    /// Which part of a member is to die.
    public enum Part: String, Sendable, Hashable, Codable, CaseIterable {
        /// The database's server process.
        case database
        /// The agent's process.
        case agent
        /// The whole machine, which only ``ControlRequest/start(member:)`` brings back.
        case node
    }

    /// How the API server is.
    public enum Service: String, Sendable, Hashable, Codable, CaseIterable {
        /// It answers.
        case running
        /// Nobody listens, and every connection is cut.
        case stopped
        /// It takes requests and answers none.
        case hanging
    }

    /// What there is: ``PlaygroundStatus``.
    case status
    /// Nothing; answered once all members serve.
    case waitUntilUp
    /// SIGKILL.
    case kill(member: String, part: Part)
    /// Switches a machine on.
    case start(member: String)
    /// Deletes a Pod as `kubectl delete pod` does; answered when its successor runs.
    case delete(member: String)
    /// Takes a member's volume away; answered when it starts with an empty one.
    case wipe(member: String)
    /// Stops the API server, lets it hang, or lets it run again. Kubelets and Services go on.
    case api(Service)
    /// Sets an annotation of the Lease, or with nil removes it, as `kubectl annotate` does.
    case annotate(key: String, value: String?)
    /// Removes the Lease.
    case deleteLease
    /// Ends everything; answered when nothing runs any more.
    case down
    /// How many requests that write the API server has had, by client.
    case apiWrites
}
