/// What runs in one container of a Pod.
struct ContainerSpecification: Sendable {
    /// `agent`, `init` or `database`.
    var name: String
    /// The path of the program.
    var program: String
    var arguments: [String]
    /// The whole environment; nothing is inherited from the playground.
    var environment: [String: String]
    /// The file that its standard output and error are appended to.
    var logFile: String
}
