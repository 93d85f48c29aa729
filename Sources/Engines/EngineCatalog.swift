public import EngineKit
public import Logging

/// The engines there are: one folder beside this file for each.
public enum EngineCatalog: String, Sendable, Hashable, CaseIterable {
    /// PostgreSQL 13 to 18 with physical streaming replication.
    case postgresql

    /// An engine of this kind.
    /// - Parameter logger: for what fails without making the whole action fail; nil for none.
    /// - Throws: `configuration` when the settings do not suit it.
    public func make(
        _ settings: EngineSettings, logger: Logger? = nil
    ) throws(EngineError) -> any DatabaseEngine {
        switch self {
        case .postgresql: try PostgreSQLEngine(settings, logger: logger)
        }
    }

    /// The port on which this kind of database listens where nothing else is said.
    public var defaultPort: Int {
        switch self {
        case .postgresql: 5432
        }
    }

    /// The name of the data directory in the volume where nothing else is said.
    public var defaultDirectory: String {
        switch self {
        case .postgresql: "pgdata"
        }
    }
}
