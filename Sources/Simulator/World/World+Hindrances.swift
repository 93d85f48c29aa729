import ReplicationCore

/// Until when something about a member is slow or fails.
struct Hindered {
    var streamUntil: Time = 0
    var streamDelay = 0
    var replayUntil: Time = 0
    var reloadUntil: Time = 0
    var reloadDelay = 0
    var ownFileUntil: Time = 0
    var nodeUntil: Time = 0
}

extension World {
    func hinder(_ member: Int, _ hindrance: Fault.Hindrance, for duration: Int) {
        let own = members[member]
        let end = now + duration
        switch hindrance {
        case .stream(let delay):
            own.hindered.streamUntil = end
            own.hindered.streamDelay = delay
        case .replay: own.hindered.replayUntil = end
        case .reload(let delay):
            own.hindered.reloadUntil = end
            own.hindered.reloadDelay = delay
        case .ownFile: own.hindered.ownFileUntil = end
        case .node:
            // In mode `async` time is all that protects.
            guard isSynchronous else { return }
            own.hindered.nodeUntil = end
            own.isTimeVoidUntil = end + 10 * Span.second
            pauseAgent(member, duration)
            freeze(member, duration)
        }
    }

    /// How late a process of a member's database loads its settings.
    func reloadLag(_ member: Int, upTo usual: Int) -> Int {
        let hindered = members[member].hindered
        return now < hindered.reloadUntil
            ? random.within(hindered.reloadDelay / 2...hindered.reloadDelay)
            : random.skewed(100...usual)
    }

    func meddle(_ act: Fault.Act) {
        switch act {
        case .weaken(let member):
            let own = members[member]
            guard own.server.state == .running, own.server.isPrimary, !own.server.isClosed else {
                return
            }
            own.volume.synchronous = .empty
            own.isWeakenedUntil = now + 4 * Span.second
            reload(member)
        case .restore(let member, let entries): restore(member, entries)
        case .force(let member):
            guard let term = lease?.term else { return }
            needsPerson = true
            request { $0.forcedPromotion = ForcedPromotion(member: names[member], term: term) }
        case .forget(let member):
            guard members.allSatisfy({ $0.phase == .gone }) else { return }
            needsPerson = true
            members[member].volume = Volume()
            members[member].clearSettingsAfterLoss()
            store(nil)
        }
    }

    /// An older copy of a volume takes its place, while the others hold what it lacks, can be
    /// reached and will say so.
    private func restore(_ member: Int, _ entries: Int) {
        let own = members[member]
        guard isSynchronous, own.phase == .running, let held = own.volume.held,
            let record, record.master?.voter.member == own.name,
            record.synchronous.voters.count >= 2,
            record.synchronous.voters.allSatisfy({ voter in
                index(of: voter.member).map { members[$0].server.receiver != nil } ?? false
            })
        else { return }
        let fork = history.segments[held.segment].fork
        loseMember(member, for: 700_000, isNewPod: false)
        own.volume.end = End(
            segment: held.segment, offset: max(fork + 1, held.offset - entries))
        say(member, "volume is restored from an older copy")
    }
}

extension Member {
    fileprivate func clearSettingsAfterLoss() {
        rewindFailures = 0
        initWork = nil
    }
}
