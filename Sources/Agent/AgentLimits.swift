/// The periods and bounds of the shell, in one place.
enum AgentLimits {
    /// How often time itself is an event while nothing is under way.
    static let steadyTick = Duration.milliseconds(250)
    /// How often while something is.
    static let urgentTick = Duration.milliseconds(50)
    /// How often the database and each peer are asked while nothing is under way.
    static let steadyLook = Duration.seconds(1)
    /// How often while something is.
    static let urgentLook = Duration.milliseconds(50)
    /// The least time between two returns of a broken connection's watch.
    static let disconnectPause = Duration.milliseconds(100)
    /// How long a patch of labels may take.
    static let patchTimeout = Duration.seconds(2)
    /// How long an Event's creation may take.
    static let eventTimeout = Duration.seconds(2)
    /// Events that wait to be created; more are dropped, and the log still has them.
    static let waitingEvents = 32
    /// The least time between two Events of one reason.
    static let eventRepeat = Duration.seconds(60)
    /// How long a preStop call may hold the Pod's end.
    static let prestop = Duration.seconds(25)
    /// How long a preStop call waits for the handover to begin.
    static let handoverStart = Duration.milliseconds(1500)
    /// How long the agent's own end may wait for the Lease to be given up.
    static let farewell = Duration.seconds(3)
    /// How often the members' key is looked at.
    static let keyLook = Duration.seconds(5)
    /// How long a request for a promise may wait for its fulfilment; the HTTP interface waits less.
    static let fulfilment = Duration.seconds(1)
    /// How long nothing must have been under way before code is given back.
    static let restBeforeGivingBack = Duration.seconds(8)
    /// As much of `/proc/self/maps` is read.
    static let mapsBytes = 1 << 20
    /// How often a wait inside the process looks again.
    static let innerLook = Duration.milliseconds(20)
    /// How often the init container looks again while it waits.
    static let initLook = Duration.milliseconds(200)
    /// How often the init container says what it still waits for.
    static let initSaysAgain = Duration.seconds(30)
    /// How long a donor that refuses is left alone: at first, and at most.
    static let donorPause = Duration.seconds(1)
    static let longestDonorPause = Duration.seconds(15)
    /// How long the own name may not resolve. DNS learns of a Pod once it has an address, and
    /// resolvers remember for up to half a minute that a name was not there.
    static let ownName = Duration.seconds(60)
    /// How long one look for it may take.
    static let nameLookup = Duration.seconds(5)
    /// How often it is looked for.
    static let namePause = Duration.seconds(1)
}
