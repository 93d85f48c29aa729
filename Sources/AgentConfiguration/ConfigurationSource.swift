/// Where a value came from.
public enum ConfigurationSource: Sendable, Hashable, CustomStringConvertible {
    /// A flag of the command line.
    case flag(String)
    /// A variable of the environment.
    case variable(String)
    /// A file of the configuration directory.
    case file(path: String)
    /// Nobody gave it: its default, or what others make together.
    case derived(String)

    /// The place, as one finds it: `--mode`, `UNDERSTUDY_MODE`, `/config/mode`.
    public var description: String {
        switch self {
        case .flag(let name), .variable(let name), .derived(let name): name
        case .file(let path): path
        }
    }
}
