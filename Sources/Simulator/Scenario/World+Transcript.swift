import ReplicationCore

extension World {
    /// The present in seconds, for the transcript.
    var clock: String {
        let text = "\(now / Span.second).\(now / 100_000 % 10)"
        return String(repeating: " ", count: max(0, 6 - text.count)) + text
    }

    /// What the trace tells is what a script waits for; its readers are told the chief of it.
    func hear(_ script: ScenarioRun, _ member: Int, _ text: String) {
        guard member >= 0 else {
            if text.hasPrefix("VIOLATION") { script.tell("\(clock) \(text)") }
            return
        }
        if text.hasPrefix("has persisted") { return hearPersisted(script, member) }
        if text.hasPrefix("init has made its data") { noteIncarnation(script, member) }
        let plain = script.plain(text)
        script.moments.append((member, plain))
        guard let shown = World.shown.first(where: { plain.hasPrefix($0) }) else { return }
        // Positions differ with every write; what counts is said before them.
        let line = shown.hasSuffix(" ") ? plain.prefix { $0 != ":" } : shown[...]
        script.tell("\(clock) \(names[member]) \(line)")
    }

    /// How the lines begin that are shown; a space at the end stands for more.
    private static let shown = [
        "agent dies", "database dies", "node is lost", "Pod ends", "new Pod", "volume is lost",
        "liveness kill", "database has stopped in order", "initialises", "clones ", "rewinds ",
        "init has made its data", "init refuses ", "rewind is cut off", "is promoted ",
        "is open in term ", "streams from ", "has done close", "has done setSynchronous ",
        "Pod's containers restart", "FAULT ", "loses an answer", "database is changed by hand",
    ]

    private func hearPersisted(_ script: ScenarioRun, _ member: Int) {
        noteIncarnation(script, member)
        let promised = members[member].volume.state?.promisedTerm ?? 0
        script.moments.append((member, "persists"))
        guard promised > script.toldPromises[member] else { return }
        script.toldPromises[member] = promised
        tell(script, member, "promises term \(promised)")
    }

    private func noteIncarnation(_ script: ScenarioRun, _ member: Int) {
        guard let incarnation = members[member].volume.state?.incarnation,
            !script.incarnations[member].contains(incarnation)
        else { return }
        script.incarnations[member].append(incarnation)
    }

    func tell(_ script: ScenarioRun, _ member: Int, _ text: String) {
        script.moments.append((member, text))
        script.tell("\(clock) \(names[member]) \(text)")
    }

    /// Tells why a member does not do what one might expect of it.
    func hearReasons(_ script: ScenarioRun, _ member: Int, _ reasons: [Reason]) {
        // A new holder has not heard of its own write yet; only a primary's trust can run out.
        let isPrimary = members[member].server.isPrimary
        let told = reasons.filter { reason in
            World.shownReasons.contains(reason) && (reason != .leaseExpired || isPrimary)
        }
        guard told != script.toldReasons[member] else { return }
        script.toldReasons[member] = told
        guard !told.isEmpty else { return }
        let words = told.map(\.rawValue).joined(separator: ", ")
        // What comes and goes is told once until something else is told.
        let line = "\(names[member]) says \(words)"
        if script.transcript.suffix(6).contains(where: { $0.hasSuffix(line) }) { return }
        script.tell("\(clock) \(line)")
    }

    private static let shownReasons: Set<Reason> = [
        .recordUnreadable, .foreignData, .unmarkedData, .stateUnreadable, .diverged, .rejoinUnsafe,
        .notVoter, .promisesMissing, .lagTooGreat, .waitingForVoters, .aloneNoFailover,
        .unexpectedPrimary, .handover, .noProof, .failsafe, .switchoverWaiting, .switchoverRefused,
        .forcedPromotion, .recordRestored, .behindPeer, .paused, .leaseExpired, .leaseLost,
    ]

    /// Tells what has changed on the API server.
    func tellChanges(_ script: ScenarioRun) {
        if script.toldPodsVersion != podsVersion {
            script.toldPodsVersion = podsVersion
            for member in members.indices {
                let role = pods[member].exists ? pods[member].role : nil
                guard role != script.toldRoles[member] else { continue }
                script.toldRoles[member] = role
                tell(script, member, "is labelled \(role?.rawValue ?? "nothing")")
            }
        }
        guard script.toldLeaseVersion != leaseVersion else { return }
        script.toldLeaseVersion = leaseVersion
        let text = script.plain(shortLease)
        guard text != script.toldLease else { return }
        script.toldLease = text
        script.tell("\(clock) Lease: \(text)")
    }

    /// Holder, term, master, who must acknowledge, and what else there is; no positions.
    private var shortLease: String {
        guard let lease else { return "none" }
        let holder = lease.holder.isEmpty ? "nobody" : Identity.member(ofHolder: lease.holder)
        var parts = ["\(holder) term \(lease.term)"]
        guard let record else { return parts[0] + ", record unreadable" }
        switch record.initialisation {
        case .none: parts.append("nothing initialised")
        case .running(let member): parts.append("\(member) initialises")
        case .done: break
        }
        if let master = record.master {
            parts.append("master \(master.voter)@\(master.term) \(master.proof.rawValue)")
        }
        parts.append(record.synchronous.word)
        if record.final != nil { parts.append("final") }
        if record.releasedTerm == lease.term { parts.append("released") }
        if let successor = record.preferredSuccessor { parts.append("for \(successor)") }
        if let term = record.forcedTerm { parts.append("forced \(term)") }
        if lease.requests.isPaused { parts.append("paused") }
        if lease.requests.switchover != nil { parts.append("switchover asked") }
        return parts.joined(separator: ", ")
    }
}
