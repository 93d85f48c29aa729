import ReplicationCore

/// What single rules forbid, whether or not anything is lost by it this time.
extension World {
    /// Right when the API server applies a write of the Lease.
    func checkLeaseWrite(_ request: LeaseRequest) {
        let write = request.write
        let own = members[request.member]
        if write.holder.isEmpty {
            let mayWrite =
                own.server.state == .running && own.server.isPrimary
                && (!own.server.isClosed || hasSessions(on: own.index))
            if mayWrite { violate("I4", "\(own.name) gives the Lease up while it may write") }
            return
        }
        guard let lease, !lease.hasLostRecord, case .readable(let record) = lease.record,
            let master = record.master,
            Identity.member(ofHolder: lease.holder) != own.name
        else { return }
        if lease.requests.isPaused, lease.requests.forcedPromotion == nil,
            master.voter.member != own.name
        {
            violate("S18", "\(own.name) takes the Lease of a paused cluster")
        }
        if !lease.isReleased { checkTakeover(request, record, master) }
    }

    /// S11: a Lease that has not run out is taken only when R voters could truly consent.
    private func checkTakeover(
        _ request: LeaseRequest, _ record: ClusterRecord, _ master: MasterRecord
    ) {
        let name = names[request.member]
        let waited = now - holdChangedAt
        guard waited < Span.of(settings.timing.duration) * 97 / 100 else { return }
        guard record.mode.isSynchronous else {
            return violate("S11", "\(name) takes a Lease of mode async before it has run out")
        }
        let voters = record.synchronous.voters
        let hearing = voters.count { voter in
            guard let index = index(of: voter.member),
                let stream = members[index].server.receiver
            else { return false }
            // Consent may have been told a while before the Lease was written.
            return names[stream.upstream] == master.voter.member
                && stream.steadySince < request.sentTime - 3_500_000
                && stream.heardByStandby > request.sentTime - Span.second
        }
        if voters.count - hearing < record.synchronous.promisesRequired {
            violate("S11", "\(name) takes the Lease from a master that its voters hear")
        }
    }

    /// I4: a renewal is trusted from before it was sent.
    func checkTrust(_ request: LeaseRequest) {
        guard let agent = members[request.member].agent,
            let validUntil = agent.supervisor.observation.lease.validUntil
        else { return }
        if validUntil > request.sentAt + settings.timing.deadline {
            violate("I4", "\(names[request.member]) trusts a renewal for too long")
        }
    }

    /// I6: the label follows the database.
    func checkMark(_ member: Int, _ pod: String, _ marks: PodMarks) {
        guard marks.role == .master, pod == names[member] else { return }
        if members[member].openedTerm < marks.term {
            violate("I6", "\(pod) is labelled master for term \(marks.term) before it is open")
        }
    }

    /// S17: what belongs to the living master's own term is not taken back.
    func checkMarkedForRejoin(_ member: Int, _ state: MemberState) {
        guard let master = record?.master, state.followedTerm >= master.term else { return }
        violate("S17", "\(names[member]) would take back what its own master wrote")
    }

    /// S17: in place only where there is a further copy besides the donor's.
    func checkRewind(_ member: Int, _ donor: Int) {
        guard !hasLostVolume else { return }
        let hasFurther = members.contains { other in
            other.index != member && other.index != donor && other.volume.held != nil
                && other.volume.state?.step == .complete
        }
        if !hasFurther {
            violate("S17", "\(names[member]) rewinds the last copy besides its donor's in place")
        }
    }

    /// I7: data that is to be rewound is not copied over as if there were none.
    func checkClone(_ member: Int, _ scope: ErasurePermit.Scope) {
        let volume = members[member].volume
        guard scope == .nothingOfWorth, volume.hasData, !volume.isMess,
            volume.state?.step == .rewinding
        else { return }
        violate("I7", "\(names[member]) copies over data that was to be rewound")
    }
}
