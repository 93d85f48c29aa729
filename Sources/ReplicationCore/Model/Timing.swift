/// The periods and limits that make the Lease safe (design §5).
public struct Timing: Sendable, Hashable {
    /// How long a challenger must see the Lease unchanged; `leaseDurationSeconds`.
    public var duration: Duration
    /// How often the holder renews.
    public var renewal: Duration
    /// How long a holder trusts a renewal, counted from before its request was sent.
    public var deadline: Duration
    /// How long one request to the API may take.
    public var requestTimeout: Duration
    /// The period of the database container's liveness probe.
    public var probePeriod: Duration
    /// How many failed probes in a row kill the database container.
    public var probeFailureThreshold: Int
    /// How long one liveness probe may take.
    public var probeTimeout: Duration

    /// Timings from their parts; ``problems`` says whether they are safe.
    public init(
        duration: Duration, renewal: Duration, deadline: Duration, requestTimeout: Duration,
        probePeriod: Duration, probeFailureThreshold: Int, probeTimeout: Duration
    ) {
        self.duration = duration
        self.renewal = renewal
        self.deadline = deadline
        self.requestTimeout = requestTimeout
        self.probePeriod = probePeriod
        self.probeFailureThreshold = probeFailureThreshold
        self.probeTimeout = probeTimeout
    }

    /// The tolerated error of a clock's rate, in thousandths.
    public static let clockRateErrorPerMille = 10
    /// What scheduling may add between a verdict and its answer.
    public static let schedulingMargin = Duration.milliseconds(500)
    /// What an unanswered preStop call of a liveness kill may cost.
    public static let prestopAllowance = Duration.seconds(1)
    /// The kubelet's least time from SIGTERM to SIGKILL.
    public static let killGrace = Duration.seconds(2)

    /// From the verdict to the dead database, by the kubelet alone.
    public var timeToFence: Duration {
        probePeriod * probeFailureThreshold + probeTimeout
            + Timing.prestopAllowance + Timing.killGrace
    }

    /// What is left of the duration for a holder whose clock runs slow and a challenger whose
    /// clock runs fast.
    public var usableDuration: Duration {
        duration * (1000 - Timing.clockRateErrorPerMille) / (1000 + Timing.clockRateErrorPerMille)
    }

    /// How long the Lease must have stood unchanged before R voters that hear nothing of its holder
    /// may replace it: two renewals and a request were due (rule S11).
    public var earlyTakeoverWait: Duration { renewal * 2 + requestTimeout }

    /// Why these timings would allow two masters or needless failovers; empty when they are safe.
    public var problems: [String] {
        var problems: [String] = []
        let needed = deadline + timeToFence + Timing.schedulingMargin
        if needed > usableDuration {
            problems.append(
                "deadline + time to fence + margin is \(needed), which exceeds the "
                    + "\(usableDuration) that a Lease of \(duration) leaves")
        }
        let twoTries = (renewal * 6 / 5 + requestTimeout) * 2
        if twoTries > deadline {
            problems.append(
                "two renewals take up to \(twoTries), which exceeds the deadline of \(deadline)")
        }
        if [duration, renewal, deadline, requestTimeout, probePeriod, probeTimeout]
            .contains(where: { $0 <= .zero }) || probeFailureThreshold < 1
        {
            problems.append("every period, timeout and threshold must be greater than zero")
        }
        return problems
    }
}

/// A named choice of timings.
public enum Profile: String, Sendable, Hashable, Codable, CaseIterable {
    /// A lost node is replaced within 18 s.
    case `default`
    /// A lost node is replaced within 14 s; more requests to the API.
    case fast
    /// For hundreds of clusters on one API server.
    case fleet

    /// The profile's periods and limits.
    public var timing: Timing {
        switch self {
        case .default:
            Timing(
                duration: .seconds(15), renewal: .seconds(2), deadline: .seconds(7),
                requestTimeout: .seconds(1), probePeriod: .seconds(1),
                probeFailureThreshold: 3, probeTimeout: .seconds(1))
        case .fast:
            Timing(
                duration: .seconds(11), renewal: .seconds(1), deadline: .seconds(4),
                requestTimeout: .milliseconds(800), probePeriod: .seconds(1),
                probeFailureThreshold: 2, probeTimeout: .seconds(1))
        case .fleet:
            Timing(
                duration: .seconds(30), renewal: .seconds(5), deadline: .seconds(17),
                requestTimeout: .seconds(2), probePeriod: .seconds(2),
                probeFailureThreshold: 3, probeTimeout: .seconds(1))
        }
    }
}
