import Glibc

/// Where everything of one playground lies.
public struct PlaygroundDirectory: Sendable, Hashable {
    /// The absolute path.
    public let path: String

    /// The folder at that absolute path.
    public init(path: String) {
        self.path = path
    }

    /// Held (flock) by the playground that runs here.
    var lockFile: String { "\(path)/playground.lock" }
    /// What a detached playground says.
    public var logFile: String { "\(path)/playground.log" }
    /// Where the commands reach it.
    var controlSocket: String { "\(path)/control.sock" }
    /// Who runs for it.
    var processesFile: String { "\(path)/processes.json" }
    /// Copies of programs that the unprivileged user cannot reach elsewhere.
    var programs: String { "\(path)/bin" }
    /// What a mounted Secret holds.
    var secrets: String { "\(path)/secrets" }
    /// The superuser's password; beside the Secret, since the agent has no use for it.
    public var superuserPasswordFile: String { "\(path)/superuser-password" }
    /// The API server's key and certificates.
    var certificates: String { "\(path)/certificates" }
    /// The account of people and their tools.
    var serviceAccount: String { "\(path)/serviceaccount" }
    /// The kubeconfig for `kubectl`.
    public var kubeconfig: String { "\(path)/kubeconfig" }
    /// What the API server must remember: the Lease outlives a `down`, as in a real cluster.
    var apiState: String { "\(path)/api.json" }

    /// Makes the folder, for its owner alone. Throws ``PlaygroundError``.
    public func prepare() throws(PlaygroundError) {
        try FileTree.makeFolder(path)
        guard access(path, R_OK | W_OK | X_OK) == 0 else {
            throw PlaygroundError(
                .permission, "\(path) belongs to another user. Choose another --directory.")
        }
    }

    /// The part of one member.
    func member(_ name: String) -> MemberDirectory {
        MemberDirectory(path: "\(path)/\(name)")
    }

    /// The path with everything symbolic resolved as far as it exists, so that one folder has one
    /// name. Relative paths start at the working directory.
    public static func absolute(_ path: String) -> String {
        let whole: String
        if path.hasPrefix("/") {
            whole = path
        } else {
            let current = getcwd(nil, 0)
            defer { free(current) }
            whole = (current.map { String(cString: $0) } ?? "") + "/" + path
        }
        var existing = whole
        var rest: [Substring] = []
        while existing.count > 1 {
            if let resolved = realpath(existing, nil) {
                defer { free(resolved) }
                let base = String(cString: resolved)
                return ([base == "/" ? "" : base] + rest.map(String.init)).joined(separator: "/")
            }
            guard let slash = existing.lastIndex(of: "/") else { break }
            let name = existing[existing.index(after: slash)...]
            if !name.isEmpty { rest.insert(name, at: 0) }
            existing = slash == existing.startIndex ? "/" : String(existing[..<slash])
        }
        return "/" + rest.joined(separator: "/")
    }

    /// `$XDG_STATE_HOME/understudy/playground`, or `~/.understudy/playground`; for root a folder
    /// that the user it hands over to can reach.
    public static func defaultPath() -> String {
        if let state = getenv("XDG_STATE_HOME") {
            return String(cString: state) + "/understudy/playground"
        }
        if UnprivilegedUser.isNeeded { return "/var/lib/understudy/playground" }
        let home = getenv("HOME").map { String(cString: $0) } ?? "/var/lib"
        return home + "/.understudy/playground"
    }
}

/// The files of one member.
struct MemberDirectory: Sendable, Hashable {
    let path: String

    /// The volume that a PersistentVolumeClaim would give.
    var volume: String { "\(path)/volume" }
    /// The emptyDir that agent, init and database share.
    var runtime: String { "\(path)/run" }
    /// The database's socket.
    var socketDirectory: String { "\(path)/sock" }
    /// What is mounted at `/var/run/secrets/kubernetes.io/serviceaccount`: as in a cluster, each
    /// Pod has a token of its own.
    var serviceAccount: String { "\(path)/serviceaccount" }
    /// What a container says on its standard output and error.
    func log(of container: String) -> String { "\(path)/\(container).log" }
}
