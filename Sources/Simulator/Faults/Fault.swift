/// One thing that goes wrong (or that a person does), at a given time.
public struct Fault: Sendable, Hashable {
    /// When, in virtual microseconds.
    public var time: Int
    /// What.
    public var kind: Kind

    /// A fault from its parts.
    public init(time: Int, kind: Kind) {
        self.time = time
        self.kind = kind
    }

    /// What goes wrong. Members are ordinals, durations virtual microseconds, shares thousandths.
    public enum Kind: Sendable, Hashable {
        /// The agent's process is killed; its container starts anew.
        case killAgent(Int)
        /// The database is killed.
        case killDatabase(Int)
        /// What init is doing is cut off, and it starts anew.
        case killInit(Int)
        /// The node is lost, and comes back after that time, with the same Pod or a new one.
        case killMember(Int, duration: Int, isNewPod: Bool)
        /// All nodes are lost at once; each comes back in its own time, by at most so long.
        case killAll(duration: Int)
        /// The member's volume is lost with its node, where others hold what was acknowledged.
        case loseVolume(Int)
        /// A person deletes the Lease.
        case deleteLease
        /// A person makes the record on the Lease unreadable.
        case damageRecord
        /// A person writes another holder into the Lease; nobody when nil. Not in mode `async`,
        /// where time is all that protects.
        case editHolder(Int?)
        /// A person writes another duration into the Lease.
        case editDuration(seconds: Int)
        /// The agent stands still.
        case pauseAgent(Int, duration: Int)
        /// The database stands still.
        case freezeDatabase(Int, duration: Int)
        /// All processes of the member stand still.
        case pauseMember(Int, duration: Int)
        /// The agent is killed at one of its next effects.
        case killAtEffect(Int, count: Int, EffectPhase)
        /// The whole member is killed at one of its agent's next effects.
        case killMemberAtEffect(Int, count: Int, EffectPhase)
        /// One way between two members, or to or from the API (one more than the last ordinal).
        case cut(from: Int, to: Int, duration: Int)
        /// A member is cut off from the other members, and as it may be, from the API.
        case isolate(Int, withAPI: Bool, duration: Int)
        /// Members are parted in two groups; the API stays with one of them.
        case part(mask: Int, apiWithMask: Bool, duration: Int)
        /// The API server is down for everybody.
        case stopAPI(duration: Int)
        /// Requests to the API and their answers take up to that long.
        case slowAPI(delay: Int, duration: Int)
        /// So many requests or answers of a thousand are lost.
        case loseAPI(share: Int, duration: Int)
        /// A member's watches show nothing.
        case stickWatch(Int, duration: Int)
        /// Messages between members take up to that long.
        case slowNetwork(delay: Int, duration: Int)
        /// So many effects of a thousand fail, done or not.
        case failEffects(share: Int, duration: Int)
        /// The Pod is deleted in order.
        case deletePod(Int)
        /// The Pod's object is removed at once; its processes end a little later.
        case forceDeletePod(Int)
        /// A person asks for a switchover to a member, or to any.
        case askSwitchover(Int?)
        /// A person pauses the cluster.
        case pause(duration: Int)
        /// Somebody gives a Pod the label of a master.
        case forgeLabel(Int)
        /// Replay is paused by hand.
        case holdReplay(Int, duration: Int)
        /// Something that a member does takes long, or fails, for a while.
        case hinder(Int, Hindrance, duration: Int)
        /// A person does what no rule can make good.
        case meddle(Act)
        /// The cast is drawn up: the master first, then the others, the most advanced first.
        case cast
        /// The same, where members are places in the cast.
        indirect case aimed(Kind)
        /// The next time that a member does that: it becomes the first of a new cast, and a moment
        /// later the fault strikes.
        indirect case upon(Moment, after: Int, Kind)
    }

    /// What can be made slow or fail.
    public enum Hindrance: Sendable, Hashable {
        /// What is sent to it by replication is late by that long.
        case stream(delay: Int)
        /// Its database applies nothing.
        case replay
        /// Its database's processes load settings late, by up to that long.
        case reload(delay: Int)
        /// Its own durable file cannot be written.
        case ownFile
        /// Its whole node stands still, the kubelet too.
        case node
    }

    /// What a person does.
    public enum Act: Sendable, Hashable {
        /// Takes the synchronous standbys out of the database's settings.
        case weaken(Int)
        /// Puts an older copy of the volume in its place, by so many entries.
        case restore(Int, entries: Int)
        /// Forces the promotion of a member.
        case force(Int)
        /// Deletes the Lease and loses a member's volume, while no member runs.
        case forget(Int)
    }

    /// What a member does at a turning point.
    public enum Moment: Sendable, Hashable, CaseIterable {
        /// Another than the last holder takes the Lease.
        case taking
        /// The Lease is given up.
        case releasing
        /// The set of voters in the record changes.
        case recording
        /// The synchronous set in the database's settings changes.
        case setting
        /// A promotion is begun by the agent.
        case promoting
        /// The database was promoted.
        case promoted
        /// The database was opened.
        case opened
    }

    /// When a process dies with respect to an effect.
    public enum EffectPhase: Sendable, Hashable, CaseIterable {
        /// Before it was done.
        case before
        /// When it was half done.
        case midway
        /// When it was done, and before anybody knew.
        case after
    }
}
