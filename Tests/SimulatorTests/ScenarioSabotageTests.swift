import Simulator
import Testing

/// The scenarios once more, with the rule taken out that they are about: then they must fail.
@Suite struct ScenarioSabotageTests {
    /// What a scenario shows once a rule is missing.
    enum Catch: Hashable, Sendable {
        /// That invariant breaks.
        case invariant(String)
        /// What the script expects does not come or does not hold.
        case expectation
    }

    struct Attempt: Sendable, CustomTestStringConvertible {
        var file: String
        var sabotage: String
        var result: Catch

        var testDescription: String { "\(file) without \(sabotage)" }
    }

    private static func attempt(_ file: String, _ sabotage: String, _ result: Catch) -> Attempt {
        Attempt(file: file, sabotage: sabotage, result: result)
    }

    /// F22, F28, F29 and F30 are about what no sabotage takes out. In these, another rule stands
    /// behind the missing one, and only seeds can show that it is missing: F8 `incarnation`, F13
    /// `settingInForce`, F15 `barrierBeforeOpening`, F16 `wholeLeaseDuration`, F20
    /// `consentToEarlyTakeover`, F21 `greatestPromiser`, F23 `persistNotDurable`, F26
    /// `nobodyAheadOnOpening`, F32 `clearingFinal` and `finalAfterStop`.
    static let attempts = [
        attempt("F01-lower-w", "recordBeforeWeakerDatabase", .invariant("I2")),
        attempt("F02-successor-record", "promisesRequired", .invariant("I2")),
        attempt("F06-low-position", "finalPositions", .invariant("I2")),
        attempt("F07-unknown-write", "settledRecord", .invariant("I2")),
        attempt("F08-incarnations", "promisesRequired", .invariant("I2")),
        attempt("F09-promise-lasts", "lastingPromise", .expectation),
        attempt("F11-weaker-database", "restoringWeakerDatabase", .invariant("I2")),
        attempt("F12-terms-first", "termBeforeOffset", .expectation),
        attempt("F14-failsafe", "failsafePromises", .invariant("I4")),
        attempt("F17-forced", "keepingTailOfForced", .expectation),
        attempt("F18-one-of-three", "promisesRequired", .invariant("I2")),
        attempt("F19-without-proof", "recordUnchangedOnTaking", .expectation),
        attempt("F21-most-advanced", "promisesAfterTaking", .invariant("I2")),
        attempt("F24-first-start", "initialisedOnce", .invariant("I8")),
        attempt("F25-deleted-lease", "everyOrdinalAnswers", .invariant("I2")),
        attempt("F27-last-copy", "furtherCopy", .invariant("I7")),
        attempt("F31-pause", "pausing", .expectation),
        attempt("F32-full-stop", "votersOnly", .invariant("I2")),
        attempt("F33-cold-start", "promisesRequired", .invariant("I2")),
        attempt("api-away-and-deaths", "failsafePromises", .expectation),
        attempt("pause", "pausing", .expectation),
        attempt("two-members", "startWritable", .invariant("I11")),
    ]

    @Test("a scenario notices that its rule is missing", arguments: attempts)
    func notices(_ attempt: Attempt) throws {
        let sabotage = try #require(Sabotage(attempt.sabotage))
        let scenario = try ScenarioTests.scenario("\(attempt.file).txt")
        let outcome = World.run(scenario, sabotage: sabotage)
        switch attempt.result {
        case .invariant(let invariant): #expect(outcome.violation?.invariant == invariant)
        case .expectation: #expect(outcome.failure != nil)
        }
    }
}
