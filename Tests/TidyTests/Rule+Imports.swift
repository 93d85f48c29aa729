extension Rule {
    static let imports =
        [fullFoundation, engineNamesAnother, engineIsInCatalogue]
        + forbiddenImports.map { importer, imported in
            let path = "Sources/\(importer)"
            return perFile(
                "\(importer) does not import \(imported)",
                concerns: { $0.path.hasPrefix("\(path)/") },
                broken: [
                    SourceFile("\(path)/Plant.swift", "public import \(imported)\n"),
                    SourceFile("\(path)/Deep/Plant.swift", "import struct \(imported).A\n"),
                ],
                right: [
                    SourceFile("\(path)/Plant.swift", "// import \(imported)\nimport Logging\n"),
                    SourceFile("Sources/Other/Plant.swift", "import \(imported)\n"),
                ]
            ) { file in
                file.imports.filter { $0.module == imported }.map {
                    file.complaint($0.line, "imports \(imported)")
                }
            }
        }

    private static let forbiddenImports = [
        ("Engines", "KubernetesClient"), ("Engines", "AgentHTTP"),
        ("EngineKit", "KubernetesClient"), ("KubernetesClient", "ReplicationCore"),
        ("KubernetesClient", "EngineKit"), ("HTTPClient", "ReplicationCore"),
        ("AgentHTTP", "EngineKit"), ("AgentHTTP", "KubernetesClient"),
        ("Playground", "Agent"), ("Playground", "Engines"),
        ("understudy-playground", "Agent"), ("AgentConfiguration", "EngineKit"),
    ]

    private static let fullFoundation = perFile(
        "nobody imports all of Foundation", concerns: isSource,
        broken: [
            SourceFile("Sources/Agent/Plant.swift", "import Foundation\n"),
            SourceFile("Sources/Agent/Plant.swift", "import FoundationNetworking\n"),
            SourceFile("Sources/Agent/Plant.swift", "import NIOFoundationCompat\n"),
        ],
        right: [SourceFile("Sources/Agent/Plant.swift", "import FoundationEssentials\n")]
    ) { file in
        let forbidden = [
            "Foundation", "FoundationNetworking", "FoundationXML",
            "NIOFoundationCompat",
        ]
        return file.imports.filter { forbidden.contains($0.module) }.map {
            file.complaint($0.line, "imports \($0.module)")
        }
    }

    @Sendable private static func isEngine(_ file: SourceFile) -> Bool {
        file.folder(below: "Sources/Engines") != nil
    }

    private static func engine(_ folder: String, _ text: String) -> SourceFile {
        SourceFile("Sources/Engines/\(folder)/Plant.swift", text)
    }

    private static let engineNamesAnother = Rule(
        sentence: "an engine does not name another",
        concerns: isEngine,
        complaints: { files in
            let folders = Set(files.compactMap { $0.folder(below: "Sources/Engines") })
            return files.filter(isEngine).flatMap { file in
                let others = folders.subtracting([file.folder(below: "Sources/Engines") ?? ""])
                return file.code.enumerated().flatMap { number, line in
                    others.filter { line.contains($0) }.sorted().map {
                        file.complaint(number + 1, "names \($0)")
                    }
                }
            }
        },
        broken: [[engine("MySQL", "let a = PostgreSQLEngine()"), engine("PostgreSQL", "")]],
        right: [
            [engine("MySQL", "// unlike PostgreSQL\nlet a = MySQLEngine()"), engine("Other", "")]
        ])

    private static let engineIsInCatalogue = Rule(
        sentence: "every engine's folder is in the catalogue, and its name in the configuration",
        concerns: isEngine,
        complaints: { files in
            func words(_ path: String) -> [Substring] {
                files.filter { $0.path == path }.flatMap(\.code).flatMap(SourceFile.words)
            }
            let catalogue = words("Sources/Engines/EngineCatalog.swift")
            let names = words("Sources/AgentConfiguration/EngineDefaults.swift")
            let folders = Set(files.compactMap { $0.folder(below: "Sources/Engines") })
            return folders.sorted().flatMap { folder in
                let isListed = catalogue.contains { $0.hasPrefix(folder) }
                let isNamed = names.contains(Substring(folder.lowercased()))
                return (isListed ? [] : ["add \(folder) to Engines/EngineCatalog.swift"])
                    + (isNamed ? [] : ["add \(folder) to AgentConfiguration/EngineDefaults.swift"])
            }
        },
        broken: [
            [
                engine("Oracle", ""),
                SourceFile("Sources/Engines/EngineCatalog.swift", "// OracleEngine"),
                SourceFile(
                    "Sources/AgentConfiguration/EngineDefaults.swift", "static let oracle = 1"),
            ],
            [
                engine("Oracle", ""),
                SourceFile("Sources/Engines/EngineCatalog.swift", "let a = OracleEngine()"),
            ],
        ],
        right: [
            [
                engine("Oracle", ""),
                SourceFile("Sources/Engines/EngineCatalog.swift", "let a = OracleEngine()"),
                SourceFile(
                    "Sources/AgentConfiguration/EngineDefaults.swift", "static let oracle = 1"),
            ]
        ])
}
