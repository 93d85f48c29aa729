import ArgumentParser
import Playground
import ReplicationCore
import UnixSignals

/// `up`
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Starts a playground and keeps it running until Ctrl-C or `down`.",
        discussion: """
            Each member is a Pod without a container: init, the agent and the real database, with \
            an address of its own in 127.0.0.0/8. Started by root, everything runs as an \
            unprivileged user.
            """)

    @Option(help: "The database.") var engine: PlaygroundEngine
    @Option(help: "How many members.") var members = 3
    @Option(help: "How fast a lost member is replaced.") var profile = Profile.default
    @Option(help: "What a commit must have reached before it is acknowledged.")
    var mode = Mode.quorum
    @Option(help: "The cluster's name; members are called NAME-0, NAME-1 and so on.")
    var cluster = "db"
    @Option(help: "The port of databases and Services. (default: the engine's)")
    var databasePort: Int?
    @Option(help: "How much the agents log.") var logLevel = "info"
    @Option(help: "The program `understudy`. (default: the one beside this program)")
    var agentProgram: String?
    @Option(help: "Root only: the user to run as. (default: understudy, postgres or nobody)")
    var user: String?
    @Flag(help: "Return once all members are up, and go on in the background.")
    var detach = false
    @Flag(help: .hidden) var lifeline = false
    @OptionGroup var folder: DirectoryOption

    private var options: PlaygroundOptions {
        PlaygroundOptions(
            engine: engine, members: members, profile: profile, mode: mode,
            directory: folder.directory.path, cluster: cluster, databasePort: databasePort,
            agentProgram: agentProgram, logLevel: logLevel)
    }

    func validate() throws {
        let problems = options.problems
        if !problems.isEmpty { throw ValidationError(problems.joined(separator: " ")) }
    }

    func run() async throws {
        try await failing {
            let directory = folder.directory
            var programs = try Programs.find(agent: agentProgram)
            if UnprivilegedUser.isNeeded {
                if DirectoryLock.isHeld(directory) { throw DirectoryLock.heldError(directory) }
                let user = try UnprivilegedUser.find(user)
                try user.own(directory)
                programs = try programs.reachable(by: user, in: directory)
                try user.become(
                    running: programs.playground,
                    arguments: arguments(agent: programs.agent, detach: detach))
            }
            if detach {
                let status = try await DetachedPlayground.start(
                    in: directory, program: programs.playground,
                    arguments: arguments(agent: programs.agent, detach: false))
                Console.say(status.welcome)
            } else {
                try await runHere(directory, programs)
            }
        }
    }

    /// The same command with everything said.
    private func arguments(agent: String, detach: Bool) -> [String] {
        var words = [
            "up", "--engine", engine.rawValue, "--members", "\(members)", "--profile",
            profile.rawValue, "--mode", mode.rawValue, "--cluster", cluster, "--log-level",
            logLevel, "--agent-program", agent, "--directory", folder.directory.path,
        ]
        if let databasePort { words += ["--database-port", "\(databasePort)"] }
        if detach { words.append("--detach") }
        if lifeline { words.append("--lifeline") }
        return words
    }

    private func runHere(_ directory: PlaygroundDirectory, _ programs: Programs) async throws {
        try directory.prepare()
        let lock = try DirectoryLock(directory)
        if let sentence = try Leftovers.end(in: directory) { Console.say(sentence) }
        // Before anything runs that would have to be ended.
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup)
        let playground = try await Playground.start(options, programs: programs)
        let watchers = [
            Task {
                for await _ in signals { await playground.stop() }
            },
            Task {
                do {
                    try await playground.waitUntilUp()
                    Console.say(await playground.status().welcome)
                } catch {
                    if !Task.isCancelled { Console.error("\(error)") }
                }
            },
        ]
        if lifeline {
            StandardInput.whenEnded { Task { await playground.stop() } }
        }
        await playground.waitUntilEnded()
        for watcher in watchers { watcher.cancel() }
        withExtendedLifetime(lock) {}
    }
}
