@testable import ReplicationCore

extension ModelWorld {
    /// Sends a write of the Lease. In trouble the request or its answer is lost, or it arrives
    /// after its sender has given up on it.
    func send(_ ordinal: Int, _ write: LeaseWrite) {
        if write.holder.isEmpty || write.term != lease?.term {
            say("pg-\(ordinal) writes holder \(write.holder) term \(write.term)")
        }
        var request = ModelMember.Request(
            write: write, sentAt: now, arrivesAt: tick + random.within(0...1), answersAt: nil,
            timesOutAt: tick + 20)
        request.answersAt = tick + random.within(1...3)
        if random.chance(troublePercent) {
            switch random.within(0...2) {
            case 0: request.arrivesAt = nil
            case 1: request.answersAt = nil
            default:
                request.arrivesAt = tick + random.within(15...40)
                request.answersAt = nil
            }
        }
        members[ordinal].requests.append(request)
    }

    func serveRequests(_ ordinal: Int) {
        let isReachable = reachesAPI(ordinal)
        for index in members[ordinal].requests.indices {
            var request = members[ordinal].requests[index]
            if let arrivesAt = request.arrivesAt, arrivesAt <= tick, isReachable {
                request.arrivesAt = nil
                request.answer = store(request.write, by: ordinal)
                request.isRefused = request.answer == nil
                members[ordinal].requests[index] = request
            }
        }
        guard members[ordinal].isAgentRunning(at: tick) else { return }
        let requests = members[ordinal].requests
        members[ordinal].requests.removeAll { request in
            request.isAbandoned && (request.arrivesAt == nil || request.timesOutAt + 60 < tick)
        }
        for (index, request) in requests.enumerated() where !request.isAbandoned {
            let isAnswered = request.answer != nil || request.isRefused
            if isAnswered, let answersAt = request.answersAt, answersAt <= tick, isReachable {
                remove(request, of: ordinal, at: index)
                if let answer = request.answer {
                    post(ordinal, .leaseWritten(answer, sentAt: request.sentAt))
                } else {
                    post(ordinal, .leaseWriteFailed(.conflict))
                    post(ordinal, .leaseObserved(lease))
                }
            } else if tick >= request.timesOutAt {
                abandon(request, of: ordinal)
                post(ordinal, .leaseWriteFailed(.unknownOutcome))
                post(ordinal, isReachable ? .leaseObserved(lease) : .leaseUnreachable)
            }
        }
    }

    private func remove(_ request: ModelMember.Request, of ordinal: Int, at index: Int) {
        members[ordinal].requests.removeAll {
            $0.sentAt == request.sentAt && !$0.isAbandoned
        }
    }

    private func abandon(_ request: ModelMember.Request, of ordinal: Int) {
        for index in members[ordinal].requests.indices
        where members[ordinal].requests[index].sentAt == request.sentAt {
            members[ordinal].requests[index].isAbandoned = true
        }
    }

    /// What the API does: nil for a conflict.
    private func store(_ write: LeaseWrite, by ordinal: Int) -> LeaseValue? {
        let expected = lease.map {
            LeaseWrite.Version(uid: $0.uid, resourceVersion: $0.resourceVersion)
        }
        guard write.expecting == expected else { return nil }
        version += 1
        let stored = LeaseValue(
            uid: "lease", resourceVersion: "\(version)", holder: write.holder, term: write.term,
            renewTime: "\(tick)-\(ordinal)", duration: write.duration,
            record: .readable(write.record))
        if write.term < lease?.term ?? 0 { violate("the term fell") }
        if write.term != lease?.term || write.holder != lease?.holder {
            say("Lease: \(write.holder) term \(write.term)")
        }
        lease = stored
        leaseVersion += 1
        return stored
    }
}
