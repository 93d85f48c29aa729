import ReplicationCore

/// A Pod as the API server has it.
struct PodObject {
    var uid: Int
    var uidText: String
    var role: Role?
    var status: MemberStatus?
    var term: Term?
    var isTerminating = false
    /// Whether the StatefulSet has made it.
    var exists = true
}

/// A write of the Lease on its way.
final class LeaseRequest {
    let member: Int
    let agentLife: Int
    let write: LeaseWrite
    let sentAt: Instant
    let sentTime: Time
    var isAnswered = false

    init(member: Int, agentLife: Int, write: LeaseWrite, sentAt: Instant, sentTime: Time) {
        self.member = member
        self.agentLife = agentLife
        self.write = write
        self.sentAt = sentAt
        self.sentTime = sentTime
    }
}

/// What the API server made of a write.
enum LeaseAnswer {
    case stored(LeaseValue)
    case conflict
}

/// A client: it keeps its session until that fails.
struct Client {
    var session: Session?
    /// The write that it waits for.
    var write: Int?
    var token = 0

    struct Session {
        var member: Int
        var serverLife: Int
    }
}
