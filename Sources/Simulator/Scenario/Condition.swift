import ReplicationCore

/// What a script waits for, or what must hold.
indirect enum Condition: Sendable {
    /// Something that happens to or is done by a member, as its line in the trace says.
    case moment(Actor, Pattern)
    case not(Condition)
    case all([Condition])
    case any([Condition])
    /// Everybody streams from one master that takes writes.
    case healthy
    /// It is open under the Lease, labelled, and has acknowledged a write of its mastership.
    case serves(Actor)
    case somebodyServes
    case nothingLost
    case says(Actor, Reason)
    case status(Actor, MemberStatus)
    case labelled(Actor, Role?)
    /// The Lease's short form has that in it.
    case leaseSays(String)
    /// The database's settings say that of who must acknowledge.
    case requires(Actor, String)
    case streams(Actor)
    case down(Actor)
    case gone(Actor)
    case empty(Actor)
    /// Its data can be relied on.
    case whole(Actor)
    /// Its data is of the incarnation of that number, from 1.
    case incarnation(Actor, Int)
    case ahead(Actor, of: Actor)
    /// A commit waits there for its acknowledgements.
    case commitWaits(Actor)
    /// So many writes were acknowledged since the step began.
    case acknowledged(Int)
    case promotions(Int)
    /// So many Pods are labelled master.
    case masterLabels(Int)

    init(_ words: inout Words) throws {
        var choices: [Condition] = []
        repeat {
            var choice = words.takeUntil("or")
            var parts: [Condition] = []
            repeat {
                var part = choice.takeUntil("and")
                parts.append(try Condition(single: &part))
                guard part.isEmpty else { throw part.failure("\(part.remainder) is too much") }
            } while !choice.isEmpty
            choices.append(parts.count == 1 ? parts[0] : .all(parts))
        } while !words.isEmpty
        self = choices.count == 1 ? choices[0] : .any(choices)
    }

    private init(single words: inout Words) throws {
        if words.take("not") {
            self = .not(try Condition(single: &words))
        } else if let plain = try Condition(plain: &words) {
            self = plain
        } else {
            self = try Condition(of: try Actor(&words), &words)
        }
    }

    private init?(plain words: inout Words) throws {
        switch words.first {
        case "healthy":
            self = .healthy
            _ = words.takeAll()
        case "somebody":
            guard words.takeAll() == "somebody serves" else { throw words.failure("serves?") }
            self = .somebodyServes
        case "nobody":
            guard words.takeAll() == "nobody serves" else { throw words.failure("serves?") }
            self = .not(.somebodyServes)
        case "nothing":
            guard words.takeAll() == "nothing lost" else { throw words.failure("lost?") }
            self = .nothingLost
        case "the":
            guard words.take("the"), words.take("Lease"), words.take("says") else {
                throw words.failure("say: the Lease says …")
            }
            self = .leaseSays(words.takeAll())
        case "acknowledged", "promotions", "labels":
            let name = try words.next("a word")
            let count = try words.number()
            self =
                name == "acknowledged"
                ? .acknowledged(count)
                : name == "promotions"
                    ? .promotions(count)
                    : .masterLabels(count)
        default: return nil
        }
    }

    private init(of actor: Actor, _ words: inout Words) throws {
        switch words.first {
        case "serves": self = .serves(actor)
        case "streams": self = .streams(actor)
        case "says":
            self = .says(actor, try words.afterFirst { Reason(rawValue: $0) })
            return
        case "requires":
            _ = words.take("requires")
            self = .requires(actor, words.takeAll())
            return
        case "has":
            let text = words.takeAll()
            let isState = text == "has a waiting commit"
            self = isState ? .commitWaits(actor) : .moment(actor, Pattern(text))
            return
        case "is":
            _ = words.take("is")
            self = try Condition(being: actor, &words)
            return
        default:
            self = .moment(actor, Pattern(words.takeAll()))
            return
        }
        _ = words.takeAll()
    }

    private init(being actor: Actor, _ words: inout Words) throws {
        switch words.first {
        case "promoted", "open": self = .moment(actor, Pattern("is " + words.takeAll()))
        case "down": self = .down(actor)
        case "gone": self = .gone(actor)
        case "empty": self = .empty(actor)
        case "whole": self = .whole(actor)
        case "incarnation":
            self = .incarnation(actor, try words.afterFirst { Int($0) })
            return
        case "ahead":
            guard words.take("ahead"), words.take("of") else { throw words.failure("ahead of?") }
            self = .ahead(actor, of: try Actor(&words))
            return
        case "labelled":
            _ = words.take("labelled")
            let word = words.takeAll()
            guard word == "nothing" || Role(rawValue: word) != nil else {
                throw words.failure("\(word) is no label")
            }
            self = .labelled(actor, Role(rawValue: word))
            return
        default:
            let word = words.takeAll()
            guard let status = MemberStatus(rawValue: word) else {
                throw words.failure("\(word) is no status")
            }
            self = .status(actor, status)
            return
        }
        _ = words.takeAll()
    }
}
