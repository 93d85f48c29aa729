import Testing

/// Something that holds for the whole repository and that no compiler checks.
struct Rule: Sendable, CustomTestStringConvertible {
    /// What holds, as a sentence.
    var sentence: String
    /// The files that it is about; there must be some, or the rule has lost its subject.
    var concerns: @Sendable (SourceFile) -> Bool
    /// What is wrong in those files.
    var complaints: @Sendable ([SourceFile]) -> [String]
    /// Small repositories that break it. A check that cannot fail is no check.
    var broken: [[SourceFile]]
    /// Small repositories that come close and are right.
    var right: [[SourceFile]]

    var testDescription: String { sentence }

    static let all = core + size + imports + code + layout

    /// A rule that looks at each file alone.
    static func perFile(
        _ sentence: String, concerns: @escaping @Sendable (SourceFile) -> Bool,
        broken: [SourceFile], right: [SourceFile],
        _ complaints: @escaping @Sendable (SourceFile) -> [String]
    ) -> Rule {
        Rule(
            sentence: sentence, concerns: concerns,
            complaints: { $0.filter(concerns).flatMap(complaints) },
            broken: broken.map { [$0] }, right: right.map { [$0] })
    }

    /// A rule that forbids words in the code of some files.
    static func words(
        _ sentence: String, _ forbidden: Set<Substring>,
        concerns: @escaping @Sendable (SourceFile) -> Bool, broken: [SourceFile],
        right: [SourceFile]
    ) -> Rule {
        perFile(sentence, concerns: concerns, broken: broken, right: right) { file in
            file.code.enumerated().flatMap { number, line in
                SourceFile.words(line).filter(forbidden.contains).map {
                    file.complaint(number + 1, "\($0): \(sentence)")
                }
            }
        }
    }

    @Sendable static func isSource(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/") && file.path.hasSuffix(".swift")
    }

    @Sendable static func isSwift(_ file: SourceFile) -> Bool { file.path.hasSuffix(".swift") }
}
