/// How a container's main process ended.
enum ContainerExit: Hashable, Sendable {
    /// By itself, with this exit code.
    case exited(Int32)
    /// By this signal.
    case signalled(Int32)
    /// Nobody saw it: what watched over it is gone, and the process with it.
    case lost

    /// As a container runtime reports it.
    var code: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        case .lost: 137
        }
    }

    /// The agent asks for a restart of all containers of its Pod.
    static let restartAllContainers = ContainerExit.exited(88)
}

extension ContainerExit: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let code): "exited with code \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        case .lost: "vanished"
        }
    }
}
