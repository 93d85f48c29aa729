import Glibc
import SystemPackage

/// The programs of ours that the playground starts.
public struct Programs: Sendable, Hashable {
    /// This very program, called again as each container's process 1.
    public let playground: String
    /// `understudy`.
    public let agent: String

    /// This program, and the agent's program or the one beside this one. Throws
    /// ``PlaygroundError`` when one is missing.
    public static func find(agent: String?) throws(PlaygroundError) -> Programs {
        guard let resolved = realpath("/proc/self/exe", nil) else {
            throw PlaygroundError(.unexpected, "The path of this program cannot be found in /proc.")
        }
        defer { free(resolved) }
        let own = String(cString: resolved)
        let folder = own.lastIndex(of: "/").map { String(own[..<$0]) } ?? ""
        let agent = agent.map { PlaygroundDirectory.absolute($0) } ?? "\(folder)/understudy"
        guard access(agent, X_OK) == 0 else {
            throw PlaygroundError(
                .unavailable,
                "The program \(agent) is missing or cannot be executed. Build it, or name another "
                    + "one with --agent-program.")
        }
        return Programs(playground: own, agent: agent)
    }

    /// The same programs where the user can execute them: copies in the playground's folder, with
    /// the libraries that they need, if they lie where the user cannot reach.
    public func reachable(
        by user: UnprivilegedUser, in directory: PlaygroundDirectory
    ) throws(PlaygroundError) -> Programs {
        let libraries = Self.loadedFiles().filter { !user.canRead($0) && $0 != playground }
        if user.canExecute(playground) && user.canExecute(agent) && libraries.isEmpty {
            return self
        }
        try FileTree.makeFolder(directory.programs, mode: 0o755)
        for file in [playground, agent] + libraries {
            try Self.copy(file, into: directory.programs)
        }
        return Programs(
            playground: "\(directory.programs)/\(Self.name(of: playground))",
            agent: "\(directory.programs)/\(Self.name(of: agent))")
    }

    /// The first folder that holds the engine's server. Throws ``PlaygroundError`` when a program
    /// that the engine needs is missing.
    static func directory(for engine: PlaygroundEngine) throws(PlaygroundError) -> String {
        let server = engine.programs[0]
        let folders = engine.programDirectories()
        guard let folder = folders.first(where: { access("\($0)/\(server)", X_OK) == 0 }) else {
            throw PlaygroundError(
                .unavailable,
                "The program \(server) was not found in \(folders.joined(separator: ", ")): "
                    + "\(engine.packageHint).")
        }
        for program in engine.programs where access("\(folder)/\(program)", X_OK) != 0 {
            throw PlaygroundError(
                .unavailable,
                "\(folder) holds \(server) but no \(program): \(engine.packageHint).")
        }
        return folder
    }

    /// The program and the libraries that this process is made of; the agent needs the same.
    private static func loadedFiles() -> [String] {
        guard let maps = FileContents.text("/proc/self/maps") else { return [] }
        let paths = maps.split(separator: "\n").compactMap { line -> String? in
            guard let slash = line.firstIndex(of: "/") else { return nil }
            let path = String(line[slash...])
            return path.contains(".so") ? path : nil
        }
        return Set(paths).sorted()
    }

    private static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    private static func copy(_ file: String, into folder: String) throws(PlaygroundError) {
        guard let bytes = FileContents.read(file) else {
            throw PlaygroundError(.unavailable, "The program \(file) cannot be read.")
        }
        try FileContents.replace(
            "\(folder)/\(name(of: file))", with: bytes,
            mode: [.ownerReadWriteExecute, .groupReadExecute, .otherReadExecute])
    }
}
