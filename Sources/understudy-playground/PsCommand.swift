import ArgumentParser
import Playground

/// `ps`
struct PsCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json
    }

    static let configuration = CommandConfiguration(
        commandName: "ps", abstract: "Shows what runs in a playground.")

    @Option(name: [.customShort("o"), .customLong("output")], help: "text or json.")
    var output = Format.text
    @OptionGroup var folder: DirectoryOption

    func run() async throws {
        try await failing {
            let status = try await folder.client.status()
            switch output {
            case .text: Console.say(status.table)
            case .json: Console.say(try status.json())
            }
        }
    }
}
