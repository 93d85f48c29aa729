/// What a playground consists of, as `ps -o json` prints it.
public struct PlaygroundStatus: Sendable, Hashable, Codable {
    /// The API server, for `kubectl` and other clients.
    public struct API: Sendable, Hashable, Codable {
        /// `https://host:port`.
        public var url: String
        /// The certificate authority of its certificate.
        public var caFile: String
        /// The bearer token.
        public var tokenFile: String
    }

    /// The Services' addresses as `host:port`.
    public struct Services: Sendable, Hashable, Codable {
        /// For reading and writing.
        public var master: String
        /// For reading.
        public var replicas: String
    }

    /// The database's superuser.
    public struct Superuser: Sendable, Hashable, Codable {
        /// The role's name.
        public var name: String
        /// The file that holds the password.
        public var passwordFile: String
    }

    /// What the Lease says.
    public struct Lease: Sendable, Hashable, Codable {
        /// The holder's identity, `<pod>_<podUID>`; empty while there is none.
        public var holder: String
        /// The term, `leaseTransitions`.
        public var term: Int
        /// When its holder renewed it last, as it wrote it.
        public var renewTime: String
        /// The members without which, as the record has it, no commit is acknowledged, and of whom
        /// the next master comes; empty while the master is alone.
        public var voters: [String]
        /// The annotations besides the record: what people ask for.
        public var annotations: [String: String]
    }

    /// One member.
    public struct Member: Sendable, Hashable, Codable {
        /// The Pod's name.
        public var name: String
        /// The Pod's number in its StatefulSet.
        public var ordinal: Int
        /// The Pod's address.
        public var address: String
        /// The database's port.
        public var port: Int
        /// The agent's HTTP interface as `host:port`.
        public var agent: String
        /// The database's server process; nil while there is none.
        public var databasePid: Int32?
        /// The agent's process; nil while there is none.
        public var agentPid: Int32?
        /// The Pod's role label; nil while there is none.
        public var role: String?
        /// What the agent says in the Pod's state label, or `lost` for a machine that is off;
        /// `starting` before the first word.
        public var state: String
        /// The folder with the member's volume and logs.
        public var directory: String
        /// Whether the Pod is ready.
        public var ready: Bool
        /// How often the kubelet has restarted the database.
        public var restarts: Int

        /// With every key, absent values as null: who reads it need not guess.
        public func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(name, forKey: .name)
            try container.encode(ordinal, forKey: .ordinal)
            try container.encode(address, forKey: .address)
            try container.encode(port, forKey: .port)
            try container.encode(agent, forKey: .agent)
            try container.encode(databasePid, forKey: .databasePid)
            try container.encode(agentPid, forKey: .agentPid)
            try container.encode(role, forKey: .role)
            try container.encode(state, forKey: .state)
            try container.encode(directory, forKey: .directory)
            try container.encode(ready, forKey: .ready)
            try container.encode(restarts, forKey: .restarts)
        }
    }

    /// The cluster's name, which is the Lease's and the StatefulSet's.
    public var cluster: String
    /// The engine's name.
    public var engine: String
    /// The API server.
    public var api: API
    /// The Services.
    public var services: Services
    /// The database's superuser.
    public var superuser: Superuser
    /// The Lease.
    public var lease: Lease
    /// The members by ordinal.
    public var members: [Member]
}
