extension Rule {
    static let layout = [topLevel, testsMirrorSources]

    private static let topLevelNames: Set<Substring> = [
        "Package.swift", "Sources", "Tests", "images", "k8s", "README.md", "Makefile", "LICENSE",
    ]

    private static let topLevel = Rule(
        sentence: "the top level holds what belongs there, and no more",
        concerns: { _ in true },
        complaints: { files in
            let names = Set(files.compactMap { $0.path.split(separator: "/").first })
            return names.filter { !$0.hasPrefix(".") && !topLevelNames.contains($0) }.sorted()
                .map { "\($0) does not belong at the top level" }
        },
        broken: [
            [SourceFile("notes.md", "")], [SourceFile("scripts/run.sh", "")],
            [SourceFile("Package.resolved", "")],
        ],
        right: [
            [SourceFile("Package.swift", ""), SourceFile(".ci/run", ""), SourceFile("LICENSE", "")]
        ])

    /// Tests that belong to no single target.
    private static let testsOfTheWhole: Set<String> = [
        "TidyTests", "ClusterTests", "EngineContractTests", "ProgramTests",
    ]

    private static let testsMirrorSources = Rule(
        sentence: "every library has its tests, and every folder of tests its target",
        concerns: { isSwift($0) && $0.path.contains("/") },
        complaints: { files in
            let swift = files.filter(isSwift)
            let targets = Set(swift.compactMap { $0.folder(below: "Sources") })
            // Other folders there are what several of them share.
            let tests = Set(swift.compactMap { $0.folder(below: "Tests") })
                .filter { $0.hasSuffix("Tests") }
            // Programs (in lower case) only read their arguments and call a library.
            let libraries = targets.filter { $0.first?.isUppercase ?? false }
            let missing = libraries.filter { !tests.contains("\($0)Tests") }
            let lost = tests.subtracting(testsOfTheWhole).filter { name in
                !targets.contains { "\($0)Tests" == name }
            }
            return missing.sorted().map { "Sources/\($0) has no Tests/\($0)Tests" }
                + lost.sorted().map { "Tests/\($0) has no target" }
        },
        broken: [
            [SourceFile("Sources/Agent/A.swift", "")],
            [SourceFile("Tests/AgentTests/A.swift", "")],
            [SourceFile("Tests/aTests/A.swift", ""), SourceFile("Sources/b/A.swift", "")],
        ],
        right: [
            [
                SourceFile("Sources/Agent/A.swift", ""), SourceFile("Sources/tool/Main.swift", ""),
                SourceFile("Tests/AgentTests/A.swift", ""), SourceFile("Sources/C/shim.h", ""),
                SourceFile("Tests/TidyTests/A.swift", ""), SourceFile("Tests/Shared/A.swift", ""),
            ]
        ])
}
