/// Everything that is wrong with a configuration, so that it can be mended in one go.
public struct ConfigurationError: Error, Sendable, Hashable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// The key or variable: `mode`, `POD_NAME`.
        public let key: String
        /// Where the value came from, or should come from.
        public let source: ConfigurationSource
        /// What is wrong, as a clause about the source: "is empty".
        public let fault: String
        /// What to do, as a sentence.
        public let remedy: String

        /// One line of bounded length: what is wrong and what to do.
        public var description: String {
            "\(Text.visible(source.description)) \(Text.visible(fault)). \(remedy)"
        }
    }

    /// The problems, at least one, in the order in which keys are read.
    public let problems: [Problem]

    /// An error from its problems.
    public init(problems: [Problem]) {
        self.problems = problems
    }

    /// A line for each problem.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
