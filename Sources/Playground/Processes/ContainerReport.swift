import Glibc

/// What a container's process 1 tells the playground, one line each on its standard output.
enum ContainerReport: Hashable, Sendable {
    /// The main process runs under this number.
    case started(pid_t)
    /// The main process could not be started.
    case failed(String)
    /// The main process has ended, and with it everything that it had started.
    case ended(ContainerExit)

    /// The line, without its end.
    var line: String {
        switch self {
        case .started(let pid): "started \(pid)"
        case .failed(let reason): "failed \(reason)"
        case .ended(.exited(let code)): "exited \(code)"
        case .ended(.signalled(let signal)): "signalled \(signal)"
        case .ended(.lost): "lost"
        }
    }

    /// The report in a line, or nil when it is none.
    init?(line: some StringProtocol) {
        let parts = line.split(separator: " ", maxSplits: 1)
        switch (parts.first, parts.count > 1 ? parts[1] : nil) {
        case ("started", .some(let text)):
            guard let pid = pid_t(text) else { return nil }
            self = .started(pid)
        case ("failed", .some(let text)):
            self = .failed(String(text))
        case ("exited", .some(let text)):
            guard let code = Int32(text) else { return nil }
            self = .ended(.exited(code))
        case ("signalled", .some(let text)):
            guard let signal = Int32(text) else { return nil }
            self = .ended(.signalled(signal))
        case ("lost", nil):
            self = .ended(.lost)
        case (_, _):
            return nil
        }
    }
}
