/// What a playground left behind that was killed itself.
public enum Leftovers {
    /// Ends the processes of an earlier run, and says in a sentence which they were; nil when there
    /// were none. Call it with the folder's lock held. Throws ``PlaygroundError`` when one stays.
    public static func end(
        in directory: PlaygroundDirectory
    ) throws(PlaygroundError) -> String? {
        let records = ProcessRegistry.leftovers(in: directory.processesFile)
        if records.isEmpty { return nil }
        let remaining = ProcessTree.end(records.map(\.process))
        guard remaining.isEmpty else {
            let list = remaining.map { "\($0.pid) (\($0.name))" }.joined(separator: ", ")
            throw PlaygroundError(
                .unavailable,
                "An earlier playground in \(directory.path) left processes that cannot be ended: "
                    + "\(list). End them yourself and try again.")
        }
        let list = records.map { "\($0.description) (\($0.process.pid))" }
            .joined(separator: ", ")
        return "Ended what an earlier playground in \(directory.path) had left running: \(list)."
    }
}
