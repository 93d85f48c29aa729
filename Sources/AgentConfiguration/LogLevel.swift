/// How important a log entry must be to be written.
public enum LogLevel: String, Sendable, Hashable, CaseIterable {
    /// Each step.
    case trace
    /// What helps to find a fault.
    case debug
    /// What happens.
    case info
    /// What is unusual.
    case notice
    /// What may need attention.
    case warning
    /// What failed.
    case error
    /// What ends the program.
    case critical
}
