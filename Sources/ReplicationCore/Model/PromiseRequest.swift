/// What a holder of the Lease asks of another member over the agents' authenticated route.
public struct PromiseRequest: Hashable, Sendable, Codable {
    /// The term in the Lease that the asker holds.
    public var term: Term
    /// The asker's identity, the Lease's holder in that term.
    public var holder: String
    /// What is to be promised.
    public var purpose: Purpose

    /// A request from its parts.
    public init(term: Term, holder: String, purpose: Purpose) {
        self.term = term
        self.holder = holder
        self.purpose = purpose
    }

    /// What is to be promised.
    public enum Purpose: String, Hashable, Sendable, Codable, CaseIterable {
        /// To follow no older term, for ever (rule S12): the asker wants to be promoted.
        case succession
        /// For one Lease duration neither to campaign nor to consent to another's campaign
        /// (rule S14): the asker is the master and cannot reach the API.
        case failsafe
    }
}

/// Whether a member would have another take over now (the canvass of rule S11).
public enum Consent: Hashable, Sendable, Codable {
    /// It hears nothing of the master.
    case given
    /// It would not; the reason.
    case withheld(Reason)
}
