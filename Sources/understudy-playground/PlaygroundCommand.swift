import ArgumentParser
import Playground

/// The program's entry.
@main
struct PlaygroundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "understudy-playground",
        abstract: "Members of a replicated database on this machine, without Kubernetes.",
        subcommands: [ContainerInitCommand.self])
}
