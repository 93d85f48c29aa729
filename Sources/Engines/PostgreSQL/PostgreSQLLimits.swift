/// The bounds of this engine.
enum PostgreSQLLimits {
    /// How long one whole observation may take.
    static let observation = Duration.seconds(1)
    /// How long a new session may take to be answered.
    static let newSession = Duration.seconds(1)
    /// How often a new session is tried.
    static let newSessionInterval = Duration.seconds(5)
    /// How long one short statement of an action may take.
    static let statement = Duration.seconds(2)
    /// The same for the server's own `statement_timeout`, in milliseconds.
    static let statementTimeout = "5000"
    /// How long a reload may take until our own session sees it.
    static let reload = Duration.seconds(5)
    /// How long it may take until every other session is gone.
    static let closing = Duration.seconds(5)
    /// How long a receiver may take to end by itself before it is ended.
    static let receiverGrace = Duration.milliseconds(300)
    /// How long it may take until no receiver runs.
    static let receiverEnd = Duration.seconds(5)
    /// How long a promotion may take.
    static let promotion = Duration.seconds(60)
    /// How long a checkpoint may take that is requested in the background.
    static let checkpoint = Duration.seconds(3600)
    /// How long a checkpoint may delay an orderly stop.
    static let checkpointBeforeStop = Duration.seconds(5)
    /// How long an orderly stop may take.
    static let orderlyStop = Duration.seconds(120)
    /// How long a stop at once may take.
    static let immediateStop = Duration.seconds(8)
    /// The pause between two looks at something that changes within milliseconds.
    static let pollPause = Duration.milliseconds(10)
    /// How long a program may take to say its version.
    static let programVersion = Duration.seconds(20)
    /// How long connecting to a donor may take.
    static let donorConnection = Duration.seconds(5)
    /// How long initdb, a clone, a rewind or a recovery may take in all.
    static let directoryWork = Duration.seconds(24 * 3600)
    /// How long a clone or a rewind may show no progress.
    static let donorSilence = Duration.seconds(300)
    /// How long the temporary server may take to answer.
    static let temporaryServerStart = Duration.seconds(60)
    /// How long a rewound server may take to become consistent with its donor's log.
    static let consistency = Duration.seconds(600)
    /// How long a member's name may be: a slot's and an application's name have 63 characters.
    static let memberNameLength = 46
    /// Versions whose files and views are known.
    static let versions = 13...18
    /// `max_wal_senders` and `max_replication_slots`: the same on every member, whatever their
    /// number, since a standby refuses to start with less than its primary has.
    static let senders = 24
    /// WAL kept for members without a slot, in MiB, unless a tenth of the volume is less.
    static let keptWAL: UInt64 = 512
    /// How often a standby looks for WAL again, in milliseconds.
    static let retryMilliseconds = 100
}
