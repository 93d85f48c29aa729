import ArgumentParser
import Playground

/// Process 1 of each container; called by the playground only.
struct ContainerInitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "container-init",
        abstract: "Runs a program and ends all that it started with it.", shouldDisplay: false)

    @Argument(parsing: .postTerminator, help: "The program and its arguments.")
    var command: [String]

    func run() throws {
        guard let program = command.first else {
            throw ValidationError("Name the program to run after --.")
        }
        let code = ContainerInit.run(program: program, arguments: Array(command.dropFirst()))
        throw ExitCode(code)
    }
}
