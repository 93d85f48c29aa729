import ArgumentParser
import Playground

/// `api`
struct APICommand: AsyncParsableCommand {
    /// What the API server is told.
    enum Action: String, ExpressibleByArgument, CaseIterable {
        case start, stop, hang

        var service: ControlRequest.Service {
            switch self {
            case .start: .running
            case .stop: .stopped
            case .hang: .hanging
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "api",
        abstract: "Stops the API server, lets it hang, or starts it again.",
        discussion: """
            Stopped, it refuses connections and has cut the open ones; hanging, it takes requests \
            and answers none. Kubelets and Services go on, as in a real cluster.
            """)

    @Argument(help: "start, stop or hang.") var action: Action
    @OptionGroup var folder: DirectoryOption

    func run() async throws { try await perform(.api(action.service), in: folder) }
}

/// `annotate`
struct AnnotateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annotate",
        abstract: "Sets or removes an annotation of the Lease: how one asks for a switchover.",
        discussion: """
            As `kubectl annotate lease`: understudy.dev/switchover=db-1, \
            understudy.dev/paused=true, understudy.dev/paused- to remove it.
            """)

    @Argument(help: "KEY=VALUE to set, KEY- to remove.") var annotation: String
    @OptionGroup var folder: DirectoryOption

    func validate() throws {
        if request == nil { throw ValidationError("Give KEY=VALUE or KEY-.") }
    }

    func run() async throws {
        guard let request else { return }
        try await perform(request, in: folder)
    }

    private var request: ControlRequest? {
        if let sign = annotation.firstIndex(of: "=") {
            let key = annotation[..<sign]
            return key.isEmpty
                ? nil
                : .annotate(
                    key: String(key), value: String(annotation[annotation.index(after: sign)...]))
        }
        guard annotation.hasSuffix("-"), annotation.count > 1 else { return nil }
        return .annotate(key: String(annotation.dropLast()), value: nil)
    }
}
