public import ReplicationCore

/// Tells from a volume's files what lies on it, so that nothing is ever taken for empty that may
/// not be.
public struct DirectoryInspector: Sendable {
    private let file: MemberStateFile
    private let engine: any DatabaseEngine

    /// What was found.
    public struct Finding: Sendable, Hashable {
        /// What lies there, for the rules.
        public var directory: DataDirectory
        /// What the stopped database's files tell; nil without data, or where they are unreadable.
        public var stopped: StoppedDatabase?
        /// Why the data could not be understood.
        public var problem: EngineError?
    }

    /// An inspector of one volume with one engine.
    public init(file: MemberStateFile, engine: any DatabaseEngine) {
        self.file = file
        self.engine = engine
    }

    /// Looks at the member's own state and at the data beside it. What cannot be read, on a disk
    /// that does not answer for one, is never taken for absent.
    public func inspect() async -> Finding {
        let reading: MemberStateFile.Reading
        do throws(EngineError) {
            reading = try await file.read()
        } catch {
            return Finding(directory: .unreadable(error.message), problem: error)
        }
        do throws(EngineError) {
            let stopped = try await engine.inspectDataDirectory()
            return Finding(
                directory: DirectoryInspector.classify(reading, stopped), stopped: stopped)
        } catch {
            return Finding(
                directory: DirectoryInspector.classify(reading, problem: error), problem: error)
        }
    }

    static func classify(
        _ reading: MemberStateFile.Reading, _ stopped: StoppedDatabase?
    ) -> DataDirectory {
        switch reading {
        case .unreadable(let why):
            return .unreadable(why)
        case .absent:
            guard let stopped else { return .empty }
            return .unmarked(clusterID: stopped.clusterID)
        case .state(let state):
            switch state.step {
            case .initialising, .cloning, .rewinding:
                return .unfinished(state)
            case .complete:
                return classify(complete: state, stopped)
            }
        }
    }

    private static func classify(
        complete state: MemberState, _ stopped: StoppedDatabase?
    ) -> DataDirectory {
        guard let stopped else {
            return .unreadable(
                "the member's state says that its data is complete, and there is no data")
        }
        if let id = state.clusterID, id != stopped.clusterID {
            return .unreadable(
                "the member's state names cluster \(id), and the data is of \(stopped.clusterID)")
        }
        return .complete(state)
    }

    /// The same when the data is there but cannot be understood.
    static func classify(
        _ reading: MemberStateFile.Reading, problem: EngineError
    ) -> DataDirectory {
        switch reading {
        case .unreadable(let why):
            return .unreadable(why)
        case .absent:
            return .unmarked(clusterID: nil)
        case .state(let state):
            switch state.step {
            case .initialising, .cloning, .rewinding: return .unfinished(state)
            case .complete: return .unreadable(problem.message)
            }
        }
    }
}
