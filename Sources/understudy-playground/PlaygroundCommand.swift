import ArgumentParser
import Playground

/// The program's entry.
@main
struct PlaygroundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "understudy-playground",
        abstract: "Members of a replicated database on this machine, without Kubernetes.",
        subcommands: [
            UpCommand.self, PsCommand.self, KillCommand.self, StartCommand.self,
            DeleteCommand.self, WipeCommand.self, APICommand.self,
            AnnotateCommand.self, DownCommand.self, DemoCommand.self, BenchCommand.self,
            ContainerInitCommand.self,
        ])
}
