import Glibc
import Subprocess
import SystemPackage

/// Runs programs: no shell, an environment of its own, a deadline, and the end of their output.
/// A cancelled task, or a passed deadline, ends the program: SIGTERM, then SIGKILL.
public struct ProgramRunner: Sendable {
    /// Where the programs are; nil to look through `PATH`.
    public var directory: String?
    /// What every program finds in its environment.
    public var environment: [String: String]

    /// The least environment: a path to find programs, and messages in English.
    public static let minimalEnvironment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
    ]

    /// A runner for programs of one folder.
    public init(
        directory: String?, environment: [String: String] = ProgramRunner.minimalEnvironment
    ) {
        self.directory = directory
        self.environment = environment
    }

    /// Whether the program is there.
    public func has(_ program: String) -> Bool {
        path(of: program) != nil
    }

    /// The program's path; nil when it is not there.
    public func path(of program: String) -> String? {
        if program.hasPrefix("/") { return access(program, X_OK) == 0 ? program : nil }
        let path = environment["PATH"] ?? ""
        let folders = directory.map { [$0] } ?? path.split(separator: ":").map(String.init)
        return folders.map { Path.trimming($0) + "/" + program }
            .first { access($0, X_OK) == 0 }
    }

    /// Runs a program to its end and returns the end of its output, errors included.
    ///
    /// - Parameters:
    ///   - program: its name, or its path.
    ///   - arguments: without the name. Never a secret: everybody can read them.
    ///   - extra: what it finds in its environment besides the runner's own.
    ///   - workingDirectory: where it runs; nil for where this program runs.
    ///   - timeout: the whole time it may take.
    ///   - silence: how long it may write nothing; nil for as long as it likes.
    /// - Throws: `programMissing`; `programFailed` with its last lines; `timeout`.
    @discardableResult
    public func run(
        _ program: String, _ arguments: [String], environment extra: [String: String] = [:],
        workingDirectory: String? = nil, timeout: Duration, silence: Duration? = nil
    ) async throws(EngineError) -> String {
        // The whole group is ended, since some programs have children that would go on.
        let configuration = try configuration(
            program, arguments, extra, workingDirectory,
            teardown: .gracefulShutDown(
                toProcessGroup: true, allowedDurationToNextStep: Limits.programGrace))
        let tail = OutputTail()
        let limit = RunLimit(name: Path.name(of: program), timeout: timeout, silence: silence)
        let status = try await limit.run(tail) {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                for try await buffer in execution.standardOutput {
                    tail.append(buffer.withUnsafeBytes { Array($0) })
                }
            }
            return result.terminationStatus
        }
        try check(status, program, tail)
        return tail.text
    }

    /// Runs a server while the body runs, and ends it with that signal.
    ///
    /// - Parameters:
    ///   - program: its name, or its path.
    ///   - arguments: without the name.
    ///   - extra: what it finds in its environment besides the runner's own.
    ///   - workingDirectory: where it runs; nil for where this program runs.
    ///   - signal: what makes it end in order.
    ///   - timeout: the whole time that all of it may take.
    ///   - body: what is done while it runs; cancelled when the server ends by itself.
    /// - Returns: what the body returned, once the server has ended with success.
    /// - Throws: what the body throws, once the server has ended; `programFailed` when the server
    ///   ended by itself or with an error; `programMissing`; `timeout`.
    public func serve<Value: Sendable>(
        _ program: String, _ arguments: [String], environment extra: [String: String] = [:],
        workingDirectory: String? = nil, endedBy signal: Int32, timeout: Duration,
        while body: @escaping @Sendable () async throws(EngineError) -> Value
    ) async throws(EngineError) -> Value {
        let ending = Signal(rawValue: signal)
        let configuration = try configuration(
            program, arguments, extra, workingDirectory,
            teardown: .send(signal: ending, allowedDurationToNextStep: Limits.programGrace))
        let tail = OutputTail()
        let limit = RunLimit(name: Path.name(of: program), timeout: timeout, silence: nil)
        let (status, outcome) = try await limit.run(tail) {
            let result = try await Subprocess.run(
                configuration, input: .none, output: .sequence, error: .combinedWithOutput
            ) { execution in
                let work = Task {
                    await ProgramRunner.outcome(of: body) {
                        // Fails only when the server has ended already, which its status tells.
                        _ = try? execution.send(signal: ending)
                    }
                }
                return try await withTaskCancellationHandler {
                    // The output ends when the server does: by our signal, or by itself. Then there
                    // is nothing left for the body to do.
                    defer { work.cancel() }
                    for try await buffer in execution.standardOutput {
                        tail.append(buffer.withUnsafeBytes { Array($0) })
                    }
                    work.cancel()
                    return await work.value
                } onCancel: {
                    work.cancel()
                }
            }
            return (result.terminationStatus, result.closureResult)
        }
        if case .failure(let error) = outcome, status.isSuccess { throw error }
        try check(status, program, tail)
        return try outcome.get()
    }

    private static func outcome<Value: Sendable>(
        of body: @Sendable () async throws(EngineError) -> Value, then end: @Sendable () -> Void
    ) async -> Result<Value, EngineError> {
        defer { end() }
        do throws(EngineError) {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }

    private func check(
        _ status: TerminationStatus, _ program: String, _ tail: OutputTail
    ) throws(EngineError) {
        guard !status.isSuccess else { return }
        throw EngineError(
            .programFailed, "\(Path.name(of: program)) failed (\(status)): \(tail.lastLines)")
    }

    private func configuration(
        _ program: String, _ arguments: [String], _ extra: [String: String],
        _ workingDirectory: String?, teardown: TeardownStep
    ) throws(EngineError) -> Configuration {
        guard let path = path(of: program) else {
            throw EngineError(
                .programMissing,
                "\(program) is not in \(directory ?? environment["PATH"] ?? "PATH"); "
                    + "install it or set program-directory")
        }
        let values = environment.merging(extra) { $1 }
        var keyed: [Environment.Key: String] = [:]
        for (name, value) in values {
            guard let key = Environment.Key(rawValue: name) else {
                throw EngineError(.configuration, "\(name) is no name of an environment variable")
            }
            keyed[key] = value
        }
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [teardown]
        return Configuration(
            executable: .path(FilePath(path)), arguments: Arguments(arguments),
            environment: .custom(keyed), workingDirectory: workingDirectory.map { FilePath($0) },
            platformOptions: options)
    }
}
