import AgentConfiguration
import EngineKit
import Glibc
public import ReplicationCore

extension InitProcess {
    /// How the init container ends.
    public enum Outcome: Sendable, Hashable {
        /// The database can start.
        case ready
        /// It must not start; a person has to look.
        case refused(Reason, String)
        /// A file or folder may not be used.
        case denied(String)
        /// The configuration does not fit what is there.
        case misconfigured(String)
        /// Something that is needed cannot be reached.
        case unavailable(String)
        /// It did not work this time; the container may be run again.
        case failed(String)
    }

    /// The end that an error makes; nothing was refused for the data's sake but what is of a
    /// version that nobody knows.
    static func outcome(of error: EngineError) -> Outcome {
        switch error.code {
        case .permissionDenied: .denied(error.message)
        case .configuration, .programMissing: .misconfigured(error.message)
        case .unsupported: .refused(.dataUnsupported, error.message)
        case .unreachable, .timeout, .accessDenied, .programFailed, .fileSystem,
            .statementFailed, .verificationFailed, .inUse:
            .failed("\(error)")
        }
    }

    /// What stands in the way of any work on the volume; nil when nothing does.
    func volumeProblem() async -> Outcome? {
        let path = paths.volume
        do throws(EngineError) {
            return try await BlockingWorker.files.run { () throws(EngineError) -> Outcome? in
                guard let status = try Folder.status(path), status.isFolder else {
                    return .misconfigured(
                        "\(path) is no folder: mount the data volume there, or set volume")
                }
                guard Folder.isWritable(path) else {
                    return .denied(
                        "\(path) belongs to user id \(status.owner) and cannot be written by "
                            + "\(geteuid()): set the Pod's fsGroup or runAsUser")
                }
                return nil
            }
        } catch {
            return Self.outcome(of: error)
        }
    }

    /// What no agent and no peer could mend is said at once. Our own unfinished work is made anew
    /// whatever state it is in.
    func hopeless(_ finding: DirectoryInspector.Finding) -> Outcome? {
        guard finding.problem != nil else { return nil }
        switch finding.directory {
        case .unfinished: return nil
        case .unmarked: return refusal(.unmarkedData, finding)
        case .unknown, .empty, .unreadable, .complete: return refusal(.stateUnreadable, finding)
        }
    }

    /// What could not be read is told as that: whoever has to look must not take a wrong owner or
    /// an unknown version for foreign or damaged data.
    func refusal(_ reason: Reason, _ finding: DirectoryInspector.Finding) -> Outcome {
        guard let problem = finding.problem else { return .refused(reason, explain(finding)) }
        switch problem.code {
        case .permissionDenied, .unsupported, .fileSystem, .timeout:
            return Self.outcome(of: problem)
        case .unreachable, .accessDenied, .programMissing, .programFailed, .statementFailed,
            .verificationFailed, .inUse, .configuration:
            return .refused(reason, problem.message)
        }
    }

    private func explain(_ finding: DirectoryInspector.Finding) -> String {
        switch finding.directory {
        case .unreadable(let why): return why
        case .unmarked(let id):
            return "\(paths.dataDirectory) holds data of cluster \(id ?? "unknown"), but "
                + ".understudy/member.json beside it is missing"
        case .complete(let state), .unfinished(let state):
            return "\(paths.dataDirectory) is of cluster \(state.clusterID ?? "unknown")"
        case .unknown, .empty: return paths.dataDirectory
        }
    }
}
