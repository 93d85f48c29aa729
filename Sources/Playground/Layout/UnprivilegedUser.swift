import Glibc

/// The user that root hands over to: databases refuse to run as root, and nothing here needs it.
public struct UnprivilegedUser: Sendable, Hashable {
    /// The login name.
    public let name: String
    let id: uid_t
    let group: gid_t

    /// Tried in this order.
    static let preferred = ["understudy", "postgres", "nobody"]

    /// Whether the calling process is root's.
    public static var isNeeded: Bool { geteuid() == 0 }

    /// The named user, or the first of the preferred that exists. Throws ``PlaygroundError``.
    public static func find(_ wanted: String?) throws(PlaygroundError) -> UnprivilegedUser {
        for name in wanted.map({ [$0] }) ?? preferred {
            guard let entry = getpwnam(name) else { continue }
            let user = UnprivilegedUser(
                name: name, id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
            if user.id == 0 {
                throw PlaygroundError(
                    .usage, "The user \(name) is root; name one without privileges with --user.")
            }
            return user
        }
        throw PlaygroundError(
            .configuration,
            "There is no user \(wanted ?? preferred.joined(separator: ", ")); "
                + "name an unprivileged one with --user.")
    }

    /// Gives the folder, which need not exist yet, to the user. Throws ``PlaygroundError``.
    public func own(_ directory: PlaygroundDirectory) throws(PlaygroundError) {
        if FileTree.exists(directory.path) {
            var information = stat()
            guard stat(directory.path, &information) == 0 else { throw cannot("be looked at") }
            if information.st_uid == id { return }
            guard FileTree.names(in: directory.path).isEmpty else {
                throw PlaygroundError(
                    .configuration,
                    "\(directory.path) is not empty and belongs to another user than \(name). "
                        + "Choose another --directory or --user.")
            }
        } else {
            try FileTree.makeFolder(directory.path)
        }
        guard chown(directory.path, id, group) == 0 else { throw cannot("be given to \(name)") }
        guard canExecute(directory.path) else {
            // Only an empty one goes, and then it was made for nothing.
            rmdir(directory.path)
            throw PlaygroundError(
                .configuration,
                "The user \(name) cannot enter \(directory.path). Choose another --directory.")
        }
        func cannot(_ what: String) -> PlaygroundError {
            PlaygroundError(
                .unavailable,
                "\(directory.path) cannot \(what): \(String(cString: strerror(errno))).")
        }
    }

    /// Whether the user can get at the path through the folders above it, and execute it.
    func canExecute(_ path: String) -> Bool { canUse(path, fileBits: 0o5) }

    /// Whether the user can get at the path through the folders above it, and read it.
    func canRead(_ path: String) -> Bool { canUse(path, fileBits: 0o4) }

    private func canUse(_ path: String, fileBits: mode_t) -> Bool {
        var folder = ""
        let parts = path.split(separator: "/")
        guard let resolved = realpath(path, nil) else { return false }
        free(resolved)
        for part in parts {
            folder += "/" + part
            var information = stat()
            guard stat(folder, &information) == 0 else { return false }
            let isLast = folder.utf8.count == path.utf8.count
            let needed: mode_t = isLast && information.st_mode & S_IFMT != S_IFDIR ? fileBits : 0o1
            let granted: mode_t =
                information.st_uid == id
                ? information.st_mode >> 6
                : information.st_gid == group ? information.st_mode >> 3 : information.st_mode
            if granted & needed != needed { return false }
        }
        return true
    }

    /// Becomes the user, for good, and starts the program in this process's place. Returns only by
    /// throwing ``PlaygroundError``.
    public func become(
        running program: String, arguments: [String]
    ) throws(PlaygroundError) -> Never {
        guard initgroups(name, group) == 0, setgid(group) == 0, setuid(id) == 0 else {
            throw PlaygroundError(
                .permission,
                "This process cannot become \(name): \(String(cString: strerror(errno))).")
        }
        guard chdir("/") == 0 else {
            throw PlaygroundError(.unexpected, "The root folder cannot be entered.")
        }
        let pointers = ([program] + arguments).map { strdup($0) } + [nil]
        execv(program, pointers)
        throw PlaygroundError(
            .unavailable, "\(program) cannot be started: \(String(cString: strerror(errno))).")
    }
}
