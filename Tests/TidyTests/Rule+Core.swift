extension Rule {
    static let core = [coreImports, coreWords, coreEffects]

    @Sendable private static func isCore(_ file: SourceFile) -> Bool {
        file.path.hasPrefix("Sources/ReplicationCore/")
    }

    private static func plant(_ text: String) -> SourceFile {
        SourceFile("Sources/ReplicationCore/Rules/Plant.swift", text)
    }

    private static let coreImports = perFile(
        "the core imports nothing", concerns: isCore,
        broken: [
            plant("import Synchronization\n"), plant("struct A {}\npublic import EngineKit\n"),
            plant("@testable import X"), plant("import struct Foundation.Date"),
        ],
        right: [plant("/// import nothing\nlet a = \"\"\"\nimport Foundation\n\"\"\"\n")]
    ) { file in
        file.imports.map { file.complaint($0.line, "imports \($0.module)") }
    }

    private static let coreWords = words(
        "the core has no clock, no chance, no task and no output",
        [
            "Task", "TaskGroup", "await", "actor", "ContinuousClock", "SuspendingClock", "random",
            "randomElement", "shuffled", "SystemRandomNumberGenerator", "print", "debugPrint",
            "dump", "readLine", "sleep",
        ],
        concerns: isCore,
        broken: [
            plant("func a() { Task { } }"), plant("let a = Int.random(in: 0...1)"),
            plant("let now = ContinuousClock().now"), plant("func a() { print(1) }"),
            plant("let a = [1].shuffled()"), plant("let a = await b"),
        ],
        right: [
            plant("// await a random Task\nlet printed = \"print\""),
            plant("let task = randomness"), plant("let a = \"\\(x) print \\(\"Task\")\""),
        ])

    /// The word alone is no sign: `async` is a mode.
    private static let coreEffects = perFile(
        "the core has no asynchronous function", concerns: isCore,
        broken: [
            plant("func a() async {}"), plant("func a()\n    async throws -> Int { 1 }"),
            plant("let a: () async -> Void"), plant("async let a = 1"),
        ],
        right: [
            plant("enum Mode { case async, quorum }\nlet a = Mode.async"),
            plant("if mode == .async { }"), plant("case .async: false"),
        ]
    ) { file in
        file.code.enumerated().compactMap { number, line in
            let words = SourceFile.words(line)
            guard let index = words.firstIndex(of: "async") else { return nil }
            let before = line[..<words[index].startIndex].last { !$0.isWhitespace }
            let next = words[(index + 1)...].first
            guard before == ")" || next == "throws" || next == "let" else { return nil }
            return file.complaint(number + 1, "is asynchronous")
        }
    }
}
