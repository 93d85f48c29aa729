import Agent
import AgentConfiguration
import ArgumentParser
import Logging
import ReplicationCore
import Telemetry

/// `understudy init`: the init container.
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Makes the data directory right before the database starts (init container).")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = Environment.variables()
        let configuration = try options.read(for: .initialise, environment: environment)
        let logger = makeLogger("understudy.init", configuration)
        let process: InitProcess
        do {
            process = try InitProcess(
                configuration: configuration, environment: environment, logger: logger)
        } catch {
            throw ExitStatus.configuration.because("\(error).")
        }
        try end(await process.run(), logger)
    }

    private func end(_ outcome: InitProcess.Outcome, _ logger: Logger) throws {
        switch outcome {
        case .ready:
            return
        case .refused(let reason, let why):
            logger.critical(
                "refused", metadata: ["reason": "\(reason.rawValue)", "why": "\(why)"])
            throw ExitStatus.dataRefused.because("refused (\(reason.rawValue)): \(why).")
        case .denied(let why):
            logger.critical("denied", metadata: ["why": "\(why)"])
            throw ExitStatus.permission.because("\(why). Init runs under the database's uid.")
        case .misconfigured(let why):
            logger.critical("misconfigured", metadata: ["why": "\(why)"])
            throw ExitStatus.configuration.because("\(why).")
        case .unavailable(let why):
            logger.critical("unavailable", metadata: ["why": "\(why)"])
            throw ExitStatus.unavailable.because("\(why).")
        case .failed(let failure):
            logger.error("failed", metadata: ["failure": "\(failure)"])
            throw ExitStatus.tryAgain.because("\(failure).")
        }
    }
}

/// A logger of that name at the configured level.
func makeLogger(_ name: String, _ configuration: AgentConfiguration) -> Logger {
    let level = Logger.Level(rawValue: configuration.logLevel.rawValue) ?? .info
    var logger = Logger(label: name) { JSONLogHandler(label: $0, level: level) }
    logger[metadataKey: "member"] = "\(configuration.identity.member)"
    return logger
}
