import ArgumentParser
import Playground

/// `kill`
struct KillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill",
        abstract: "Kills a member's database, agent, or whole machine, without warning.",
        discussion: """
            A killed database or agent is restarted, as by a kubelet; a machine only comes back \
            by `start`.
            """)

    @Argument(help: "The member's name.") var member: String
    @Flag(name: .customLong("database"), help: "The database's server process (the default).")
    var database = false
    @Flag(name: .customLong("agent"), help: "The agent.") var agent = false
    @Flag(name: .customLong("node"), help: "Everything of the member at once.") var node = false
    @OptionGroup var folder: DirectoryOption

    func validate() throws {
        if [database, agent, node].filter({ $0 }).count > 1 {
            throw ValidationError("Give one of --database, --agent and --node.")
        }
    }

    func run() async throws {
        let part: ControlRequest.Part = node ? .node : agent ? .agent : .database
        try await perform(.kill(member: member, part: part), in: folder)
    }
}

/// `start`
struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Switches a member's machine on again.")

    @Argument(help: "The member's name.") var member: String
    @OptionGroup var folder: DirectoryOption

    func run() async throws { try await perform(.start(member: member), in: folder) }
}

/// `delete`
struct DeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Deletes a member's Pod, as Kubernetes does; a new one takes its place.")

    @Argument(help: "The member's name.") var member: String
    @OptionGroup var folder: DirectoryOption

    func run() async throws { try await perform(.delete(member: member), in: folder) }
}

/// `wipe`
struct WipeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "wipe", abstract: "Empties a member's volume and starts it again.")

    @Argument(help: "The member's name.") var member: String
    @OptionGroup var folder: DirectoryOption

    func run() async throws { try await perform(.wipe(member: member), in: folder) }
}

/// `down`
struct DownCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Ends the playground; nothing is left running.",
        discussion: "The volumes stay: `up` goes on with them.")

    @OptionGroup var folder: DirectoryOption

    func run() async throws {
        try await failing { Console.say(try await PlaygroundEnd.down(folder.directory)) }
    }
}
