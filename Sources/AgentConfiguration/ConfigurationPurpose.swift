/// What the configuration is for: not everything needs everything.
public enum ConfigurationPurpose: Sendable, Hashable, CaseIterable {
    /// `understudy run`: needs the API server's address.
    case run
    /// `understudy init`: asks its own agent, and needs no API.
    case initialise
}
