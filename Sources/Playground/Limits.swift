/// Every deadline, bound and period of the playground, in one place.
public enum Limits {
    // MARK: Processes

    /// How long a container's process may take to be started.
    static let processStart = Duration.seconds(10)
    /// How long the end of a killed process tree may take.
    static let processEnd = Duration.seconds(10)
    /// The pause between two looks at a process tree that is being killed, in microseconds.
    static let processTreePollMicroseconds: UInt32 = 2_000
    /// The longest line that a container's process 1 reports.
    static let reportLineBytes = 512

    // MARK: Kubelet

    /// The first wait before a container is restarted that ended soon after its first restart.
    static let restartDelay = Duration.seconds(1)
    /// The longest wait before a restart. The kubelet's own series is 10 s to 5 min; a playground
    /// is there to be broken and watched, so it waits less. The shape is kept: at once, then
    /// doubling.
    static let restartDelayMaximum = Duration.seconds(10)
    /// A container that ran for so long starts its series anew.
    static let restartDelayReset = Duration.seconds(60)
    /// `terminationGracePeriodSeconds` of the Pod.
    static let terminationGrace = Duration.seconds(30)
    /// `terminationGracePeriodSeconds` of the database's liveness probe.
    static let livenessGrace = Duration.seconds(1)
    /// What the kubelet leaves a container in any case between its signal and SIGKILL.
    static let minimumGrace = Duration.seconds(2)
    /// How long an agent gets to end by itself once its database has ended.
    static let agentGrace = Duration.seconds(10)
    /// How long a container gets when all containers of the Pod are restarted.
    static let restartAllGrace = Duration.seconds(2)
    /// The period of the readiness probe.
    static let readinessPeriod = Duration.seconds(1)
    /// How long one readiness probe may take.
    static let readinessTimeout = Duration.seconds(1)
    /// How often a change is offered to the API before the kubelet goes on without it.
    static let storeAttempts = 5
    /// The pause between two such attempts.
    static let storeRetryDelay = Duration.milliseconds(200)

    // MARK: Services

    /// How long the connection from a Service to a member may take.
    static let backendConnect = Duration.seconds(3)
    /// How many connections wait to be accepted.
    static let serviceBacklog: Int32 = 128

    // MARK: Commands

    /// How often the folder's lock is tried, and the pause in between, in microseconds.
    static let lockAttempts = 10
    static let lockRetryMicroseconds: UInt32 = 20_000
    /// The longest request or answer on the control socket.
    static let controlMessageBytes = 1 << 20
    /// How long a command waits for the playground's answer.
    public static let controlAnswer = Duration.seconds(90)
    /// How long `up` waits until all members serve.
    public static let up = Duration.seconds(120)
    /// How long `down` may take in the playground itself.
    static let down = Duration.seconds(60)
    /// The pause between two looks at something that another process changes.
    static let poll = Duration.milliseconds(50)
    /// The longest path that a Unix socket can have.
    static let socketPathBytes = 107

    // MARK: Load

    /// How long the ledger's writer waits for a connection.
    static let ledgerConnect = Duration.seconds(2)
    /// How long it waits for one write.
    static let ledgerWrite = Duration.seconds(3)
    /// Its pause after a write: about a hundred writes a second, so that the load hides nothing.
    static let ledgerPause = Duration.milliseconds(5)
    /// Its pause after a failure.
    static let ledgerRetryPause = Duration.milliseconds(20)
    /// How many numbers each of several writers has for itself.
    static let ledgerNumbers: Int64 = 1_000_000_000
    /// How many rows are read at once.
    static let ledgerRows = 50_000
    /// How often a write is tried on each member itself.
    static let probePeriod = Duration.milliseconds(100)
    /// How long such a write may take.
    static let probeWrite = Duration.seconds(1)

    // MARK: Demonstration and figures

    /// How long a step may take until writes go on.
    static let demoWrites = Duration.seconds(60)
    /// How long a step may take until all members serve again.
    static let demoSettled = Duration.seconds(60)
    /// How long reading the whole ledger may take.
    static let ledgerRead = Duration.seconds(20)
    /// How long writes go on undisturbed between two steps.
    static let demoCalm = Duration.seconds(2)
    /// How long a cluster is left alone before it counts as idle.
    static let idleTime = Duration.seconds(30)
    /// How many clients write while a switchover is measured.
    static let benchWriters = 16
    /// How long the API server is away.
    static let apiOutage = Duration.seconds(120)
    /// How many connections ask a probe at once.
    static let probeConnections = 4
    /// How many answers are measured.
    static let probeRequests = 20_000
}
