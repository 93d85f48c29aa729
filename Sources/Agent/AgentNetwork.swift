import NIOPosix

/// The one event loop of the process: the agent's few connections and its HTTP interface need no
/// more, and every further thread would cost memory.
enum AgentNetwork {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}
