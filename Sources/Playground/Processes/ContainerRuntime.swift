import Glibc
import NIOCore
import NIOPosix

/// Starts containers: each under a process 1 of its own, see ``ContainerInit``.
struct ContainerRuntime: Sendable {
    /// The program that is called as `PROGRAM container-init -- …`.
    let initProgram: String
    let group: any EventLoopGroup
    let registry: ProcessRegistry

    /// Starts the container and returns once its main process runs. Throws ``PlaygroundError``.
    func start(
        _ specification: ContainerSpecification, of owner: String
    ) async throws(PlaygroundError) -> ContainerProcess {
        let commands = try makePipe()
        let reports: (read: Int32, write: Int32)
        do {
            reports = try makePipe()
        } catch {
            [commands.read, commands.write].forEach { _ = close($0) }
            throw error
        }
        let pid: pid_t
        do {
            defer { [commands.read, reports.write].forEach { _ = close($0) } }
            pid = try registry.launch(describedAs: "\(owner)/\(specification.name)") {
                () throws(PlaygroundError) in
                try spawn(specification, input: commands.read, output: reports.write)
            }
        } catch {
            [commands.write, reports.read].forEach { _ = close($0) }
            throw error
        }
        let handler = ContainerReportHandler(
            started: group.next().makePromise(), ended: group.next().makePromise())
        handler.ended.futureResult.whenComplete { _ in registry.reap(pid) }
        do {
            let channel = try await NIOPipeBootstrap(group: group)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(handler.makeHandler())
                    }
                }
                .takingOwnershipOfDescriptors(input: reports.read, output: commands.write).get()
            let deadline = channel.eventLoop.scheduleTask(in: TimeAmount(Limits.processStart)) {
                handler.fail("its process 1 did not report within \(Limits.processStart)")
            }
            defer { deadline.cancel() }
            let main = try await handler.started.futureResult.get()
            registry.add(main, describedAs: "\(owner)/\(specification.name) main process")
            handler.ended.futureResult.whenComplete { _ in registry.forget(main) }
            return ContainerProcess(
                name: specification.name, pid: main, channel: channel,
                exit: handler.ended.futureResult)
        } catch {
            kill(pid, SIGKILL)
            throw PlaygroundError(
                .unavailable, "The \(specification.name) of \(owner) cannot be started: \(error).")
        }
    }

    private func spawn(
        _ specification: ContainerSpecification, input: Int32, output: Int32
    ) throws(PlaygroundError) -> pid_t {
        let log = try FileContents.openLog(specification.logFile)
        defer { _ = close(log) }
        return try Spawn(
            program: initProgram,
            arguments: ["container-init", "--", specification.program] + specification.arguments,
            environment: specification.environment, standardInput: input, standardOutput: output,
            standardError: log
        ).start()
    }

    private func makePipe() throws(PlaygroundError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw PlaygroundError(
                .unexpected, "No pipe can be made: \(String(cString: strerror(errno))).")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }
}

extension TimeAmount {
    /// The same time in NIO's words.
    init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self = .nanoseconds(seconds * 1_000_000_000 + attoseconds / 1_000_000_000)
    }
}
