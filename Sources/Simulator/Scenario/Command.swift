/// What a script does.
enum Command: Sendable {
    case killAgent(Actor)
    case killDatabase(Actor)
    case killInit(Actor)
    case killMember(Actor, Int, isNewPod: Bool)
    case killAll(Int)
    case loseVolume(Actor, Int)
    case pauseAgent(Actor, Int)
    case freezeDatabase(Actor, Int)
    case pauseMember(Actor, Int)
    case cut(Actor, Actor, isBothWays: Bool, Int)
    case join(Actor, Actor)
    case isolate(Actor, withAPI: Bool, Int)
    case rejoin(Actor)
    case startMember(Actor)
    case stopAPI(Int)
    case startAPI
    case slowAPI(delay: Int, Int)
    case stickWatch(Actor, Int)
    case slowNetwork(delay: Int, Int)
    /// The next write of the Lease that says so arrives so much later.
    case delayWrite(Actor, Pattern, Int)
    case holdReplay(Actor, Int)
    case deletePod(Actor)
    case forceDeletePod(Actor)
    case scale(Int)
    case deleteLease
    case damageRecord
    case editHolder(Actor?)
    case editDuration(Int)
    case editTerm(Int)
    case saveVolume(Actor)
    case restoreVolume(Actor)
    case saveLease
    case restoreLease
    case forge(Actor)
    case tearFile(Actor)
    /// The database's synchronous set is emptied by hand.
    case weaken(Actor)
    case switchover(Actor?)
    case forcePromote(Actor)
    case pause
    case resume
    case clients(areWriting: Bool)
    case heal
    /// The agent or the whole member dies before something that the agent does.
    case trap(Actor, Pattern, isForMember: Bool)
    /// From here on the crash point of a sweep counts.
    case armCrash

    init(_ words: inout Words) throws {
        let length = words.takeDurationAtEnd()
        let verb = try words.next("a command")
        switch verb {
        case "kill": self = try Command(killing: &words, length)
        case "lose":
            guard words.take("volume") else { throw words.failure("lose what?") }
            self = .loseVolume(try Actor(&words), length ?? Span.second)
        case "freeze":
            guard words.take("database") else { throw words.failure("freeze what?") }
            self = .freezeDatabase(try Actor(&words), length ?? Span.never)
        case "pause", "resume": self = try Command(pausing: verb, &words, length)
        case "cut", "join", "isolate", "rejoin":
            self = try Command(network: verb, &words, length ?? Span.never)
        case "stop", "start": self = try Command(starting: verb, &words, length ?? Span.never)
        case "slow":
            let isAPI = words.take("API")
            guard isAPI || words.take("network") else { throw words.failure("slow what?") }
            let delay = try words.duration()
            self =
                isAPI
                ? .slowAPI(delay: delay, length ?? Span.never)
                : .slowNetwork(delay: delay, length ?? Span.never)
        case "stick": self = .stickWatch(try Actor(&words), length ?? Span.never)
        case "delay":
            let actor = try Actor(&words)
            self = .delayWrite(actor, Pattern(words.takeAll()), length ?? Span.second)
        case "hold":
            guard words.take("replay") else { throw words.failure("hold what?") }
            self = .holdReplay(try Actor(&words), length ?? Span.never)
        case "scale": self = .scale(try words.number())
        case "weaken": self = .weaken(try Actor(&words))
        case "tear": self = .tearFile(try Actor(&words))
        case "label": self = .forge(try Actor(&words))
        case "switchover": self = .switchover(words.take("to") ? try Actor(&words) : nil)
        case "force-promote": self = .forcePromote(try Actor(&words))
        case "delete", "force-delete", "damage", "edit", "save", "restore":
            self = try Command(object: verb, &words)
        case "heal": self = .heal
        case "trap":
            let isForMember = words.take("member")
            guard isForMember || words.take("agent") else { throw words.failure("trap what?") }
            let actor = try Actor(&words)
            guard words.take("before") else { throw words.failure("before what?") }
            self = .trap(actor, Pattern(words.takeAll()), isForMember: isForMember)
        case "arm": self = .armCrash
        default: throw words.failure("\(verb) is no command")
        }
    }

    private init(killing words: inout Words, _ length: Int?) throws {
        switch try words.next("what to kill") {
        case "agent": self = .killAgent(try Actor(&words))
        case "database": self = .killDatabase(try Actor(&words))
        case "init": self = .killInit(try Actor(&words))
        case "all": self = .killAll(length ?? Span.second)
        case "member":
            let actor = try Actor(&words)
            let isNew = words.take("anew")
            self = .killMember(actor, length ?? Span.never, isNewPod: isNew)
        default: throw words.failure("kill what?")
        }
    }

    private init(pausing verb: String, _ words: inout Words, _ length: Int?) throws {
        if verb == "resume" {
            self = .resume
        } else if words.take("agent") {
            self = .pauseAgent(try Actor(&words), length ?? Span.never)
        } else if words.take("member") {
            self = .pauseMember(try Actor(&words), length ?? Span.never)
        } else {
            self = .pause
        }
    }

    private init(network verb: String, _ words: inout Words, _ length: Int) throws {
        let one = try Actor(&words)
        switch verb {
        case "isolate":
            self = .isolate(one, withAPI: words.take("and"), length)
            _ = words.take("API")
        case "rejoin": self = .rejoin(one)
        case "join": self = .join(one, try Actor(&words))
        default:
            let isOneWay = words.take("to")
            self = .cut(one, try Actor(&words), isBothWays: !isOneWay, length)
        }
    }

    private init(starting verb: String, _ words: inout Words, _ length: Int) throws {
        let isStart = verb == "start"
        switch try words.next("what to \(verb)") {
        case "API": self = isStart ? .startAPI : .stopAPI(length)
        case "clients": self = .clients(areWriting: isStart)
        case "member" where isStart: self = .startMember(try Actor(&words))
        default: throw words.failure("\(verb) what?")
        }
    }

    private init(object verb: String, _ words: inout Words) throws {
        let object = try words.next("what to \(verb)")
        switch "\(verb) \(object)" {
        case "delete Pod": self = .deletePod(try Actor(&words))
        case "force-delete Pod": self = .forceDeletePod(try Actor(&words))
        case "delete Lease": self = .deleteLease
        case "damage record": self = .damageRecord
        case "save volume": self = .saveVolume(try Actor(&words))
        case "restore volume": self = .restoreVolume(try Actor(&words))
        case "save Lease": self = .saveLease
        case "restore Lease": self = .restoreLease
        case "edit holder": self = .editHolder(words.take("nobody") ? nil : try Actor(&words))
        case "edit duration": self = .editDuration(try words.duration() / Span.second)
        case "edit term": self = .editTerm(try words.number())
        default: throw words.failure("\(verb) what?")
        }
    }
}
