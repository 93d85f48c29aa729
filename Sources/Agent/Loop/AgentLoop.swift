import AgentHTTP
import Logging
import ReplicationCore

/// Owns the supervisor: every event passes through here, one at a time, and every effect begins
/// here. It decides nothing itself.
actor AgentLoop {
    private var supervisor: Supervisor
    private let board: HealthBoard
    private let reporter: Reporter
    private let begun: AsyncStream<Effect>.Continuation
    private let paceChanged: @Sendable () -> Void
    private var pace: Decision.Pace = .urgent
    private var fulfilments: [(request: PromiseRequest, alarm: Alarm)] = []

    /// The effects to perform, in the order of their beginning. Unbounded by name only: there is at
    /// most one under way a resource.
    nonisolated let effects: AsyncStream<Effect>

    init(
        supervisor: Supervisor, board: HealthBoard, reporter: Reporter,
        paceChanged: @escaping @Sendable () -> Void
    ) {
        self.supervisor = supervisor
        self.board = board
        self.reporter = reporter
        self.paceChanged = paceChanged
        (effects, begun) = AsyncStream.makeStream(of: Effect.self)
    }

    /// Takes in an event, publishes the verdicts that follow, and begins what is to be done.
    func post(_ event: Event) {
        let now = MonotonicClock.now()
        let before = supervisor.decision
        let effects = supervisor.handle(event, at: now)
        let health = supervisor.health(at: now)
        board.publish(health)
        for waiting in fulfilments where waiting.request.isFulfilled(by: health.report) {
            waiting.alarm.ring()
        }
        reporter.note(supervisor.decision, after: before, supervisor.observation)
        if supervisor.decision.pace != pace {
            pace = supervisor.decision.pace
            paceChanged()
        }
        for effect in effects {
            begun.yield(effect)
        }
    }

    /// Takes in several events in order.
    func post(_ events: [Event]) {
        for event in events { post(event) }
    }

    /// Takes in a peer's request, and returns when the published report fulfils it, or some time
    /// has passed, or the task is cancelled.
    func fulfil(_ request: PromiseRequest) async {
        post(.promiseRequested(request))
        guard !request.isFulfilled(by: board.report.report) else { return }
        let alarm = Alarm()
        fulfilments.append((request, alarm))
        await alarm.wait(upTo: AgentLimits.fulfilment)
        fulfilments.removeAll { $0.alarm === alarm }
    }

    /// Whether an effect is still permitted, asked right before it acts.
    func permits(_ effect: Effect) -> Bool {
        supervisor.permits(effect, at: MonotonicClock.now())
    }

    /// Whether something is under way.
    var isUrgent: Bool { pace == .urgent }

    /// How long to wait until database and peers are asked again.
    var look: Duration {
        pace == .urgent ? AgentLimits.urgentLook : AgentLimits.steadyLook
    }

    /// How long to wait until time itself is an event.
    var tick: Duration {
        pace == .urgent ? AgentLimits.urgentTick : AgentLimits.steadyTick
    }

    /// All that is known.
    var observation: Observation { supervisor.observation }

    /// What follows from it.
    var decision: Decision { supervisor.decision }
}
