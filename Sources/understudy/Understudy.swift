import ArgumentParser

@main
struct Understudy: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "understudy",
        abstract: "Makes a plain Kubernetes StatefulSet a replicated database.",
        discussion: """
            Exit codes: 0 done, 1 unexpected, 64 usage, 65 data refused, 69 something needed is \
            unavailable, 75 try again, 77 permission, 78 configuration, 88 restart all containers.
            """,
        version: "0.1.0",
        subcommands: [Init.self, Run.self, Status.self, PlaygroundCommand.self])
}
