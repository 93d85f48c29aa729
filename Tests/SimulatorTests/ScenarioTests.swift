import POSIX
import Simulator
import Testing

/// Every file of the folder `Scenarios`: what must come of it, and what came of it when its
/// transcript was last looked at. `UNDERSTUDY_UPDATE_SCENARIOS=1 understudy-simulate --scenario
/// FILE…` writes transcripts anew.
///
/// The findings F3, F4, F5 and F10 concern MySQL and MariaDB alone, as a part of F23 does.
@Suite struct ScenarioTests {
    private static let folder =
        #filePath.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" } + "/Scenarios"

    static func names() throws -> [String] { try FileReading.names(in: folder) }

    static func scenario(_ name: String) throws -> Scenario {
        let bytes = try #require(
            try FileReading.bytes(of: "\(folder)/\(name)", limit: 1 << 20), "\(name) is too large")
        return try Scenario(String(decoding: bytes, as: UTF8.self))
    }

    @Test("a scenario ends and goes as its file says", arguments: try ScenarioTests.names())
    func plays(_ name: String) throws {
        let scenario = try ScenarioTests.scenario(name)
        let outcome = World.run(scenario)
        #expect(outcome.violation == nil)
        #expect(outcome.failure == nil)
        #expect(outcome.transcript == scenario.expected)
        #expect(scenario.expected.count <= Scenario.longestTranscript)
        #expect(!scenario.title.isEmpty)
    }
}
