import ArgumentParser
import Playground

/// The folder of the playground that a command is about.
struct DirectoryOption: ParsableArguments {
    @Option(
        name: .customLong("directory"),
        help: ArgumentHelp(
            "The playground's folder. (default: \(PlaygroundDirectory.defaultPath()))",
            valueName: "dir"))
    var path: String?

    /// The folder, by its one absolute name.
    var directory: PlaygroundDirectory {
        PlaygroundDirectory(
            path: PlaygroundDirectory.absolute(path ?? PlaygroundDirectory.defaultPath()))
    }

    /// A client for the playground that runs there.
    var client: ControlClient { ControlClient(directory) }
}
