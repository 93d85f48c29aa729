/// The verdicts behind the agent's HTTP interface: values only, so that answering needs neither the
/// database nor the API, and stays right when the rest of the agent hangs.
public struct HealthReport: Hashable, Sendable {
    /// When the agent's loop last ran.
    public var loopRanAt: Instant
    /// Whether the member is fit for traffic.
    public var isReady: Bool
    /// Until when the database may live; nil while it cannot acknowledge a write (standby, verified
    /// fence, down).
    public var databaseMayLiveUntil: Instant?
    /// Whether the database answers.
    public var isDatabaseRunning: Bool
    /// The verified role.
    public var role: Role?
    /// Until when the role of master may be asserted.
    public var masterUntil: Instant?
    /// By how many bytes the replica lags; nil when unknown.
    public var lagBytes: UInt64?
    /// The report behind `/state`.
    public var report: MemberReport

    /// A report from its parts.
    public init(
        loopRanAt: Instant, isReady: Bool, databaseMayLiveUntil: Instant?,
        isDatabaseRunning: Bool, role: Role?, masterUntil: Instant?, lagBytes: UInt64?,
        report: MemberReport
    ) {
        self.loopRanAt = loopRanAt
        self.isReady = isReady
        self.databaseMayLiveUntil = databaseMayLiveUntil
        self.isDatabaseRunning = isDatabaseRunning
        self.role = role
        self.masterUntil = masterUntil
        self.lagBytes = lagBytes
        self.report = report
    }

    /// How long the loop may be silent before the agent counts as dead.
    public static let loopSilenceLimit = Duration.seconds(10)

    /// `/live`: the agent's own loop runs.
    public func isLive(at now: Instant) -> Bool {
        now - loopRanAt < HealthReport.loopSilenceLimit
    }

    /// `/database/alive`: false only when the database could still acknowledge a write although the
    /// Lease may be another's. Needs no loop: the verdict ripens by itself.
    public func isDatabaseAlive(at now: Instant) -> Bool {
        databaseMayLiveUntil.map { now < $0 } ?? true
    }

    /// `/ready`.
    public func isReady(at now: Instant) -> Bool {
        isReady && isLive(at: now) && isDatabaseAlive(at: now)
            && (role == .master ? isMaster(at: now) : true)
    }

    /// `/primary`, `/master`: open for writes under a Lease that is still valid.
    public func isMaster(at now: Instant) -> Bool {
        role == .master && isDatabaseRunning && (masterUntil.map { now < $0 } ?? false)
    }

    /// `/replica`: a running replica that lags by no more than the limit, where one is given.
    public func isReplica(at now: Instant, maximumLagBytes: UInt64?) -> Bool {
        guard role == .replica, isDatabaseRunning, isLive(at: now) else { return false }
        guard let limit = maximumLagBytes else { return true }
        return lagBytes.map { $0 <= limit } ?? false
    }
}
