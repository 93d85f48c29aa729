import Agent
import AgentConfiguration
import ArgumentParser
import EngineKit
import Logging
import ServiceLifecycle
import Telemetry
import UnixSignals

/// `understudy run`: the sidecar.
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Tends the database while it runs (sidecar).")

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
        let environment = Environment.variables()
        let configuration = try options.read(for: .run, environment: environment)
        let logger = makeLogger("understudy.run", configuration)
        let exit = ExitRequest()
        let agent: AgentProcess
        do throws(SecretError) {
            agent = try AgentProcess(
                configuration: configuration, environment: environment, logger: logger,
                exit: exit)
        } catch {
            throw ExitStatus.of(error).because("\(error)")
        }
        var settings = ServiceGroupConfiguration(
            services: [
                .init(
                    service: agent, successTerminationBehavior: .gracefullyShutdownGroup,
                    failureTerminationBehavior: .cancelGroup)
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        settings.maximumGracefulShutdownDuration = .seconds(10)
        do {
            try await ServiceGroup(configuration: settings).run()
        } catch {
            logger.critical("agent failed", metadata: ["failure": "\(error)"])
            let isMisconfigured = (error as? EngineError)?.code == .configuration
            throw (isMisconfigured ? ExitStatus.configuration : .unavailable).because("\(error).")
        }
        if exit.code != 0 { throw ExitCode(exit.code) }
    }
}
