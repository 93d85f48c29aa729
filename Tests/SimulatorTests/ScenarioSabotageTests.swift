import Simulator
import Testing

/// The scenarios once more, with the rule taken out that they are about: then they must fail.
@Suite struct ScenarioSabotageTests {
    struct Attempt: Sendable, CustomTestStringConvertible {
        var file: String
        var sabotage: String
        /// The invariant that breaks; nil where what the script expects does not come.
        var invariant: String?

        var testDescription: String { "\(file) without \(sabotage)" }
    }

    private static func attempt(
        _ file: String, _ sabotage: String, _ invariant: String? = nil
    ) -> Attempt {
        Attempt(file: file, sabotage: sabotage, invariant: invariant)
    }

    /// F8, F19, F22, F28, F29 and F30 are about what no sabotage takes out. In these, another rule
    /// stands behind the missing one, and only seeds can show that it is missing: F12
    /// `termBeforeOffset`, F13 `settingInForce`, F15 `barrierBeforeOpening`, F20
    /// `consentToEarlyTakeover`, F21 `greatestPromiser`, F23 `persistNotDurable`, F32
    /// `finalAfterStop`.
    static let attempts = [
        attempt("F01-lower-w", "recordBeforeWeakerDatabase", "I2"),
        attempt("F02-successor-record", "promisesRequired", "I2"),
        attempt("F02-successor-record", "recordUnchangedOnTaking", "I2"),
        attempt("F06-low-position", "finalPositions", "I2"),
        attempt("F07-unknown-write", "settledRecord", "I2"),
        attempt("F08-incarnations", "promisesRequired", "I2"),
        attempt("F09-promise-lasts", "lastingPromise"),
        attempt("F11-weaker-database", "restoringWeakerDatabase", "I2"),
        attempt("F14-failsafe", "failsafePromises", "I4"),
        attempt("F16-another-uid", "wholeLeaseDuration"),
        attempt("F17-forced", "keepingTailOfForced"),
        attempt("F18-one-of-three", "promisesRequired", "I2"),
        attempt("F21-most-advanced", "promisesAfterTaking", "I2"),
        attempt("F24-first-start", "initialisedOnce", "I8"),
        attempt("F25-deleted-lease", "everyOrdinalAnswers", "I2"),
        attempt("F26-older-volume", "nobodyAheadOnOpening", "I2"),
        attempt("F27-last-copy", "furtherCopy", "S17"),
        attempt("F31-pause", "pausing"),
        attempt("F32-full-stop", "votersOnly", "I2"),
        attempt("F32-final-cleared", "clearingFinal", "I2"),
        attempt("F33-cold-start", "promisesRequired", "I2"),
        attempt("api-away-and-deaths", "failsafePromises"),
        attempt("pause", "pausing"),
        attempt("two-members", "startWritable", "I11"),
    ]

    /// Some catches hang on a delay of milliseconds: other delays are tried where the file's own
    /// do not show it. A seed counts only if all is well with the rule in force.
    @Test("a scenario notices that its rule is missing", arguments: attempts)
    func notices(_ attempt: Attempt) throws {
        let sabotage = try #require(Sabotage(attempt.sabotage))
        var scenario = try ScenarioTests.scenario("\(attempt.file).txt")
        let seeds = [scenario.seed] + Array(1...60)
        let caught = seeds.first { seed in
            scenario.seed = seed
            let outcome = World.run(scenario, sabotage: sabotage)
            let isCaught =
                attempt.invariant.map { $0 == outcome.violation?.invariant } ?? !outcome.isGood
            return isCaught && World.run(scenario).isGood
        }
        #expect(caught != nil)
    }
}
