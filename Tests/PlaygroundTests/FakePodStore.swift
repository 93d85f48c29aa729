import Synchronization

@testable import Playground

/// The Pods as an API server without a network would hold them.
final class FakePodStore: PodStore {
    struct Contents {
        var pods: [String: PodRecord] = [:]
        var statuses: [String: PodStatus] = [:]
        var created: [PodRecord] = []
        var removed: [PodRecord] = []
    }

    private let contents = Mutex(Contents())

    var now: Contents { contents.withLock { $0 } }

    func create(_ pod: PodRecord) async throws -> PodRecord {
        contents.withLock {
            var pod = pod
            pod.uid = "uid-\($0.created.count)"
            $0.pods[pod.name] = pod
            $0.created.append(pod)
            return pod
        }
    }

    func report(_ status: PodStatus, of pod: PodRecord) async throws {
        contents.withLock { $0.statuses[pod.uid] = status }
    }

    func remove(_ pod: PodRecord) async throws {
        contents.withLock {
            $0.pods[pod.name] = nil
            $0.removed.append(pod)
        }
    }
}
