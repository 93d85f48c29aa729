// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let tls: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let tlsEvents: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let system: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(
    name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "understudy",
    products: [
        .executable(name: "understudy", targets: ["understudy"]),
        .executable(name: "understudy-playground", targets: ["understudy-playground"]),
        .executable(name: "understudy-simulate", targets: ["understudy-simulate"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(
            url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        library("ReplicationCore"),
        library("POSIX"),
        library("EngineKit", ["POSIX", "ReplicationCore", subprocess, system]),
        .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        library("PostgreSQLClient", ["CLibPQ", "POSIX"]),
        .systemLibrary(name: "CLinux"),
        library(
            "Engines",
            ["EngineKit", "PostgreSQLClient", "ReplicationCore", logging, subprocess, system]),
        library("HTTPClient", nio + [tls, tlsEvents]),
        library("JSON"),
        library("KubernetesClient", ["HTTPClient", "JSON", "POSIX", logging] + nio + [tls]),
        library("AgentHTTP", ["HTTPClient", "ReplicationCore", crypto, logging] + nio),
        library("Telemetry", ["POSIX", logging]),
        library("AgentConfiguration", ["POSIX", "ReplicationCore"]),
        library(
            "Agent",
            [
                "AgentConfiguration", "AgentHTTP", "EngineKit", "Engines", "HTTPClient",
                "KubernetesClient", "ReplicationCore", "Telemetry", lifecycle, logging,
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        library(
            "Playground",
            [
                "CLinux", "HTTPClient", "JSON", "POSIX", "PostgreSQLClient", "ReplicationCore",
                logging, subprocess, system, tls,
            ] + nio),
        program(
            "understudy",
            [
                "Agent", "AgentConfiguration", "AgentHTTP", "EngineKit", "ReplicationCore",
                "Telemetry", arguments, lifecycle, logging, unixSignals,
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        program("understudy-playground", ["Playground", arguments, unixSignals]),
        // One world is one thread's alone; debug builds, and so the tests, still check it.
        .target(
            name: "Simulator", dependencies: ["ReplicationCore"],
            swiftSettings: settings + [
                .unsafeFlags(
                    ["-Ounchecked", "-enforce-exclusivity=unchecked"],
                    .when(configuration: .release))
            ]),
        program("understudy-simulate", ["POSIX", "Simulator", arguments]),

        .target(
            name: "FakeServers", dependencies: nio, path: "Tests/FakeServers",
            swiftSettings: settings),
        tests("JSONTests", ["JSON"]),
        tests("POSIXTests", ["POSIX"]),
        tests("HTTPClientTests", ["FakeServers", "HTTPClient", "Playground"] + nio),
        tests(
            "KubernetesClientTests",
            ["FakeServers", "HTTPClient", "JSON", "KubernetesClient", "Playground", subprocess]
                + nio),
        tests("ReplicationCoreTests", ["ReplicationCore"]),
        tests("AgentConfigurationTests", ["AgentConfiguration", "ReplicationCore"]),
        tests(
            "AgentHTTPTests", ["AgentHTTP", "HTTPClient", "ReplicationCore", logging] + nio),
        tests("TelemetryTests", ["POSIX", "Telemetry", logging]),
        tests(
            "ClusterTests",
            [
                "HTTPClient", "Playground", "PostgreSQLClient", "ReplicationCore", "understudy",
                "understudy-playground", subprocess,
                .product(name: "NIOPosix", package: "swift-nio"),
            ]),
        tests(
            "PlaygroundTests",
            [
                "JSON", "Playground", "ReplicationCore", "understudy-playground",
            ] + nio),
        .testTarget(
            name: "SimulatorTests", dependencies: ["POSIX", "ReplicationCore", "Simulator"],
            exclude: ["Scenarios"], swiftSettings: settings),
        tests("TidyTests", [subprocess]),
        .target(
            name: "PostgreSQLTestSupport", dependencies: ["POSIX"],
            path: "Tests/PostgreSQLTestSupport",
            swiftSettings: settings),
        tests(
            "ProgramTests",
            ["AgentConfiguration", "PostgreSQLTestSupport", "understudy", subprocess, system]),
        tests("EngineKitTests", ["EngineKit", "ReplicationCore"]),
        tests(
            "PostgreSQLClientTests",
            ["EngineKit", "PostgreSQLClient", "PostgreSQLTestSupport"]),
        tests(
            "EnginesTests",
            [
                "EngineKit", "Engines", "PostgreSQLClient", "PostgreSQLTestSupport",
                "ReplicationCore",
            ]),
        tests(
            "AgentTests",
            [
                "Agent", "HTTPClient", "KubernetesClient", "Playground", "ReplicationCore",
                logging, .product(name: "NIOPosix", package: "swift-nio"),
            ]),
    ]
)
