/// What an engine gives to the keys whose default depends on it.
public struct EngineDefaults: Sendable, Hashable {
    /// The engine's name, the value of the key `engine`.
    public let name: String
    /// The port on which its users expect it.
    public let databasePort: Int
    /// The data directory's name in the volume.
    public let dataDirectoryName: String
    /// Where its image puts the Unix socket.
    public let socketDirectory: String

    /// PostgreSQL's.
    public static let postgresql = EngineDefaults(
        name: "postgresql", databasePort: 5432, dataDirectoryName: "pgdata",
        socketDirectory: "/var/run/postgresql")

    /// Those of every engine that there is.
    public static let all: [EngineDefaults] = [.postgresql]
}
