import KubernetesClient
import Logging
import ReplicationCore
import Synchronization

/// Translates between the API's Lease and the core's, and performs the core's writes. Keeps the
/// objects as they were read, so that a write changes only what is ours in them.
final class LeaseKeeper: Sendable {
    private let client: KubernetesClient
    private let name: String
    private let timing: Timing
    private let logger: Logger
    private let noteMalformed: @Sendable (String) -> Void
    private let seen = Mutex<Lease?>(nil)
    private let said = Repetition()

    /// - Parameter noteMalformed: called once for each annotation that could not be understood.
    init(
        client: KubernetesClient, name: String, timing: Timing, logger: Logger,
        noteMalformed: @escaping @Sendable (String) -> Void
    ) {
        self.noteMalformed = noteMalformed
        self.client = client
        self.name = name
        self.timing = timing
        self.logger = logger
    }

    /// The core's view of a Lease; remembers the object.
    func translate(_ lease: Lease) -> LeaseValue? {
        guard let uid = lease.metadata.uid, let version = lease.metadata.resourceVersion else {
            return nil
        }
        seen.withLock { seen in
            // The watch may still tell of what was before an own write.
            if let seen, seen.isLater(than: lease) { return }
            seen = lease
        }
        return LeaseValue(
            uid: uid, resourceVersion: version, holder: lease.spec.holderIdentity ?? "",
            term: Int(lease.spec.leaseTransitions ?? 0), renewTime: lease.spec.renewTime ?? "",
            duration: lease.spec.leaseDurationSeconds.map { .seconds($0) } ?? timing.duration,
            record: RecordCodec.record(in: lease.metadata.annotations),
            requests: requests(in: lease.metadata.annotations))
    }

    /// What people ask for; what cannot be understood is said once.
    private func requests(in annotations: [String: String]) -> Requests {
        let (requests, problem) = RequestAnnotations.read(annotations)
        if let problem {
            if said.isNew(problem, of: "requests") { noteMalformed(problem) }
        } else {
            said.clear("requests")
        }
        return requests
    }

    /// Reads the Lease anew.
    func read() async -> Event {
        do {
            guard let lease = try await client.lease(named: name, timeout: timing.requestTimeout)
            else { return .leaseObserved(nil) }
            said.clear("reading")
            return .leaseObserved(translate(lease))
        } catch {
            if said.isNew("\(error)", of: "reading") {
                logger.warning("the Lease cannot be read", metadata: ["failure": "\(error)"])
            }
            return .leaseUnreachable
        }
    }

    /// Performs a write, and says what became of it: one event about the write, and after a failure
    /// one about what is there now.
    func write(_ write: LeaseWrite) async -> [Event] {
        let sentAt = MonotonicClock.now()
        do {
            let lease = try lease(for: write)
            let stored =
                write.expecting == nil
                ? try await client.createLease(lease, timeout: timing.requestTimeout)
                : try await client.updateLease(lease, timeout: timing.requestTimeout)
            said.clear("writing")
            guard let value = translate(stored) else {
                return [.leaseWriteFailed(.unknownOutcome)]
            }
            return [.leaseWritten(value, sentAt: sentAt)]
        } catch let error as KubernetesError {
            if said.isNew("\(error)", of: "writing") {
                logger.warning("the Lease was not written", metadata: ["failure": "\(error)"])
            }
            if error.mayHaveBeenApplied {
                return [.leaseWriteFailed(.unknownOutcome), await read()]
            }
            switch error.code {
            case .conflict, .alreadyExists, .notFound:
                return [.leaseWriteFailed(.conflict), await read()]
            case .gone, .unauthorized, .forbidden, .invalid, .tooManyRequests, .server,
                .unreachable, .unknownOutcome, .badResponse, .configuration:
                return [.leaseWriteFailed(.notApplied), .leaseUnreachable]
            }
        } catch {
            return [.leaseWriteFailed(.notApplied)]
        }
    }

    /// The object to send: as it was read where it is the version that the decision rests on.
    private func lease(for write: LeaseWrite) throws -> Lease {
        let known = seen.withLock { $0 }
        var lease: Lease
        if let expecting = write.expecting {
            guard let known, known.metadata.uid == expecting.uid,
                known.metadata.resourceVersion == expecting.resourceVersion
            else {
                throw KubernetesError(.conflict, "the Lease has changed since the decision")
            }
            lease = known
        } else {
            lease = Lease(metadata: ObjectMetadata(name: name, namespace: client.namespace))
        }
        let now = MicroTime.now()
        if lease.spec.holderIdentity != write.holder {
            lease.spec.acquireTime = now
        }
        lease.spec.holderIdentity = write.holder
        lease.spec.leaseTransitions = Int64(write.term)
        lease.spec.leaseDurationSeconds = write.duration.components.seconds
        lease.spec.renewTime = now
        lease.metadata.annotations.merge(try RecordCodec.annotations(write.record)) { _, new in
            new
        }
        for request in write.answered {
            lease.metadata.annotations[RequestAnnotations.key(of: request)] = nil
        }
        return lease
    }
}

extension Lease {
    /// Whether this is surely a later version of the same object.
    fileprivate func isLater(than other: Lease) -> Bool {
        guard metadata.uid == other.metadata.uid,
            let own = metadata.resourceVersion.flatMap({ UInt64($0) }),
            let theirs = other.metadata.resourceVersion.flatMap({ UInt64($0) })
        else { return false }
        return own > theirs
    }
}
