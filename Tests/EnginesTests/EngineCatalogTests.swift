import EngineKit
import Testing

@testable import Engines
@testable import ReplicationCore

@Suite struct EngineCatalogTests {
    static func settings(
        members: [String] = ["db-0", "db-1"], environment: [String: String] = [:],
        data: String = "/volume/pgdata"
    ) throws -> EngineSettings {
        EngineSettings(
            member: members[0], ordinal: 0, cluster: "db", members: members, volume: "/volume",
            dataDirectory: data, runtimeDirectory: "/run/u", socketDirectory: "/run/s",
            secretsDirectory: "/secrets", databasePort: 5432, timing: Profile.default.timing,
            mode: .quorum, environment: environment)
    }

    @Test("every engine is made from plain settings", arguments: EngineCatalog.allCases)
    func make(_ kind: EngineCatalog) throws {
        _ = try kind.make(EngineCatalogTests.settings())
        #expect(kind.defaultPort > 0 && !kind.defaultDirectory.isEmpty)
    }

    @Test("settings that cannot work are refused before anything is touched")
    func refusals() throws {
        let refused = [
            try Self.settings(data: "/volume"), try Self.settings(data: "/elsewhere/data"),
            try Self.settings(members: [String(repeating: "a", count: 60) + "-0"]),
            try Self.settings(members: ["a-b-0", "a_b-0"]),
            try Self.settings(environment: ["POSTGRES_USER": "a\nb"]),
            try Self.settings(environment: ["POSTGRES_HOST_AUTH_METHOD": "trust\nhost all"]),
            try Self.settings(environment: ["POSTGRES_INITDB_WALDIR": "/wal"]),
        ]
        for settings in refused {
            #expect {
                try EngineCatalog.postgresql.make(settings)
            } throws: { ($0 as? EngineError)?.code == .configuration }
        }
    }
}
