public import Logging
import POSIX

/// Writes each entry as one object of JSON on one line: `ts`, `level`, `logger`, `message`, then
/// the metadata's keys in sorted order. A line holds no control character and at most 4 KiB.
public struct JSONLogHandler: LogHandler {
    /// What every entry of this logger carries.
    public var metadata: Logger.Metadata = [:]
    /// The least important entries that are written.
    public var logLevel: Logger.Level
    /// What adds metadata at the time of the entry.
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let output: LogOutput
    private let clock: @Sendable () -> Timestamp

    /// A handler for the logger of that name, at that level.
    public init(
        label: String, level: Logger.Level = .info, output: LogOutput = .standardError
    ) {
        self.init(label: label, level: level, output: output, clock: Timestamp.now)
    }

    init(
        label: String, level: Logger.Level, output: LogOutput,
        clock: @escaping @Sendable () -> Timestamp
    ) {
        self.label = label
        logLevel = level
        self.output = output
        self.clock = clock
    }

    /// A value of the metadata that every entry carries.
    public subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes an entry.
    public func log(event: LogEvent) {
        var line = JSONLine()
        line.add("ts", .string(clock().text(decimals: 3)))
        line.add("level", .string(event.level.rawValue))
        line.add("logger", .string(label))
        line.add("message", .string(event.message.description))
        if let error = event.error {
            line.add("error", .string("\(error)"))
        }
        let all = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
            .merging(event.metadata ?? [:]) { $1 }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) {
            line.add(key, value)
        }
        output(line.finished())
    }
}
