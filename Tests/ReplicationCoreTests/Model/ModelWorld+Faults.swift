@testable import ReplicationCore

extension ModelWorld {
    /// One fault, chosen by the seed.
    func strike() {
        let ordinal = random.within(0...(members.count - 1))
        switch random.within(0...10) {
        case 0, 1: crashDatabase(ordinal)
        case 2: if members[ordinal].isAgentUp { killAgent(ordinal) }
        case 3: members[ordinal].stalledUntil = tick + random.within(5...400)
        case 4: loseNode(ordinal, for: random.within(20...500), isNewPod: random.chance(50))
        case 5: deletePod(ordinal)
        case 6:
            let peer = random.within(0...(members.count - 1))
            if peer != ordinal { peerCuts[Pair(ordinal, peer)] = tick + random.within(10...400) }
        case 7: apiCuts[ordinal] = tick + random.within(10...400)
        case 8: cutDatabase(ordinal, for: random.within(10...400))
        case 9: isolate(ordinal, for: random.within(10...400))
        default: hang(ordinal, for: random.within(5...300))
        }
    }

    /// Empties the volume of the one member of whom that may be asked: every acknowledged write is
    /// on another too.
    func strikeVolume() { wipe(members.count - 1) }

    /// Cuts a member's replication off, while its agent is heard.
    func cutDatabase(_ ordinal: Int, for ticks: Int) {
        say("FAULT pg-\(ordinal) does not replicate")
        databaseCuts[ordinal] = tick + ticks
    }

    func crashDatabase(_ ordinal: Int) {
        say("FAULT pg-\(ordinal) database crashes")
        members[ordinal].database.crash()
    }

    func hang(_ ordinal: Int, for ticks: Int) {
        guard members[ordinal].database.process == .running else { return }
        say("FAULT pg-\(ordinal) database hangs")
        members[ordinal].database.hungUntil = tick + ticks
    }

    func loseNode(_ ordinal: Int, for ticks: Int, isNewPod: Bool) {
        guard members[ordinal].isPodUp else { return }
        say("FAULT pg-\(ordinal) node is lost")
        let isEnding = pods[Build.name(ordinal)]?.isTerminating == true
        vanish(ordinal, returnsAfter: ticks, isNewPod: isNewPod || isEnding)
    }

    func deletePod(_ ordinal: Int) {
        guard members[ordinal].phase == .running else { return }
        say("FAULT pg-\(ordinal) is deleted")
        pods[Build.name(ordinal)]?.isTerminating = true
        podsVersion += 1
        members[ordinal].hasSentStop = false
        members[ordinal].phase = .ending(since: tick)
    }

    /// Cuts a member off from its peers and the API.
    func isolate(_ ordinal: Int, for ticks: Int) {
        say("FAULT pg-\(ordinal) is cut off")
        apiCuts[ordinal] = tick + ticks
        for peer in 0..<members.count where peer != ordinal {
            peerCuts[Pair(ordinal, peer)] = tick + ticks
        }
    }

    /// Empties a member's volume.
    func wipe(_ ordinal: Int) {
        say("FAULT pg-\(ordinal) is wiped")
        vanish(ordinal, returnsAfter: 20, isNewPod: true)
        members[ordinal].database = ModelDatabase()
    }

    /// Ends all faults.
    func heal() {
        say("HEAL")
        troublePercent = 0
        peerCuts = [:]
        apiCuts = [:]
        databaseCuts = [:]
        for ordinal in members.indices {
            members[ordinal].stalledUntil = 0
            members[ordinal].database.hungUntil = 0
            if members[ordinal].phase == .gone { members[ordinal].returnsAt = tick + 1 }
        }
    }
}
