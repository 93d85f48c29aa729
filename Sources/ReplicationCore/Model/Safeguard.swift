/// The safety rules that tests take out one at a time, to see that something notices. No
/// configuration reaches them: every process that tends a database upholds all.
package enum Safeguard: UInt8, CaseIterable, Sendable {
    // S1, that another incarnation does not count (F8), is not among them: a lost volume is cloned
    // only from the master of the Lease's own term, so what a former incarnation promised is on it.
    /// S4: the record is made more pessimistic before the database is weakened (F1).
    case recordBeforeWeakerDatabase
    /// S4: a voter leaves the record only after the database has let it go and W of the others
    /// hold the barrier.
    case barrierBeforeRemoval
    /// S5: no setting changes while an own write of the record is in doubt (F7).
    case settledRecord
    /// S6: a database weaker than the record is closed and restored (F11).
    case restoringWeakerDatabase
    /// S7: only voters are promoted on promises.
    case votersOnly
    /// S7b: `final` counts only from a verified stop of that mastership.
    case finalAfterStop
    /// S7b: whoever goes on from `final` clears it.
    case clearingFinal
    /// S8: positions compare by term first (F12).
    case termBeforeOffset
    /// S8: only final positions count (F6).
    case finalPositions
    /// S8: a followed term is persisted only when its start is held.
    case startHeldBeforeFollowing
    /// S8: only who has persisted the term may acknowledge in it.
    case acknowledgingInTerm
    /// S9: R promises before a promotion.
    case promisesRequired
    /// S9: promises are asked for after the Lease was taken.
    case promisesAfterTaking
    /// S9: a more advanced promiser is handed the Lease (F21).
    case greatestPromiser
    /// S9: the record is taken over unchanged, and its voters leave one by one (F2).
    case recordUnchangedOnTaking
    /// S9: the role is taken from other Pods before a promotion.
    case labelsOffOthers
    /// S9: the label follows the database.
    case labelAfterOpening
    /// S10: open only behind the barrier (F15).
    case barrierBeforeOpening
    /// S10: open only when no voter is ahead.
    case nobodyAheadOnOpening
    /// S11: an early takeover needs the consent of R voters (F20).
    case consentToEarlyTakeover
    /// S11: otherwise the Lease is seen unchanged for its whole duration.
    case wholeLeaseDuration
    /// S12: a promise never lapses (F9).
    case lastingPromise
    /// S12: the following is stopped before a promise counts.
    case stoppedFollowing
    /// S13: a setting counts only when it is in force (F13).
    case settingInForce
    /// S14: W voters (or all members in `async`) promise before a master goes on without the API
    /// (F14).
    case failsafePromises
    /// S15: a first start needs the word of every Pod.
    case everyPodEmpty
    /// S15: a cluster that ever lived is not initialised again.
    case initialisedOnce
    /// S16: a lost record is made anew only once every ordinal has answered (F25).
    case everyOrdinalAnswers
    /// S17: a member ahead of the master is kept (F26).
    case keepingAhead
    /// S17: the last further copy is not rewound in place (F27).
    case furtherCopy
    /// S17: a tail that only a forced promotion left out is kept.
    case keepingTailOfForced
    /// Design §6: a holder whose trust in the Lease has run out closes its database.
    case fencingOnExpiry
    /// Design §5: the Lease is released only when the database is stopped or read-only.
    case stoppedBeforeRelease
    /// Data that a later mastership left out is diverged, whatever its branch is called.
    case leftOutTerms
    /// S18: a paused cluster elects nobody.
    case pausing
}

/// The safeguards that a test has taken out.
package struct SuspendedSafeguards: Hashable, Sendable {
    private var bits: UInt64 = 0

    /// None, or those.
    package init(_ safeguards: [Safeguard] = []) {
        for safeguard in safeguards { bits |= 1 << UInt64(safeguard.rawValue) }
    }

    /// Whether that one was taken out.
    package func contains(_ safeguard: Safeguard) -> Bool {
        bits & (1 << UInt64(safeguard.rawValue)) != 0
    }
}

extension Observation {
    /// Whether a safety rule is in force, as it always is outside tests.
    func upholds(_ safeguard: Safeguard) -> Bool {
        !settings.suspended.contains(safeguard)
    }
}
