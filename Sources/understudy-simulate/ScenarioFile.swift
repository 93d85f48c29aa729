import ArgumentParser
import Glibc
import POSIX
import Simulator

/// A scenario's file: run, compared with its transcript, or given a new one.
struct ScenarioFile {
    let path: String
    let text: String
    let scenario: Scenario

    /// The greatest size that anybody would write by hand, many times over.
    private static let longest = 1 << 20

    init(_ path: String) throws {
        self.path = path
        guard let bytes = try FileReading.bytes(of: path, limit: ScenarioFile.longest) else {
            throw ValidationError("\(path) is too large for a scenario.")
        }
        text = String(decoding: bytes, as: UTF8.self)
        do {
            scenario = try Scenario(text)
        } catch {
            throw ValidationError("\(path): \(error)")
        }
    }

    /// Whether all went as expected and as the transcript says; what did not is printed.
    func check(sabotage: Sabotage?, isTracing: Bool, isUpdating: Bool) throws -> Bool {
        let outcome = World.run(scenario, sabotage: sabotage, isTracing: isTracing)
        for line in outcome.trace { print(line) }
        if let violation = outcome.violation {
            print("\(path): \(violation.invariant): \(violation.text)")
        }
        if let failure = outcome.failure { print("\(path): \(failure)") }
        guard outcome.isGood else {
            for line in outcome.transcript where !isTracing { print("  \(line)") }
            return false
        }
        if outcome.transcript == scenario.expected { return true }
        if isUpdating {
            try rewrite(outcome.transcript)
            print("\(path): rewritten, \(outcome.transcript.count) lines")
            return true
        }
        print("\(path): the transcript differs; now it is")
        for line in outcome.transcript { print("  \(line)") }
        return false
    }

    private func rewrite(_ transcript: [String]) throws {
        guard let file = fopen(path, "w") else { throw SystemFailure.last }
        defer { fclose(file) }
        guard fputs(Scenario.rewrite(text, transcript: transcript), file) >= 0 else {
            throw SystemFailure.last
        }
    }
}
