import EngineKit
import Glibc
import ReplicationCore

extension PostgreSQLEngine {
    func inspectDataDirectory() async throws(EngineError) -> StoppedDatabase? {
        let layout = layout
        return try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.inspect(layout.data)?.stopped
        }
    }

    func checkPrograms() async throws(EngineError) {
        let said = try await programs.run(
            "postgres", ["--version"], timeout: PostgreSQLLimits.programVersion)
        guard let own = PostgreSQLEngine.majorVersion(said: said) else {
            throw EngineError(
                .unsupported, "postgres does not say which version it is, but: \(said)")
        }
        let layout = layout
        let found = try await BlockingWorker.files.run { () throws(EngineError) in
            try PostgreSQLEngine.majorVersion(in: layout.data)
        }
        if let found, found != own {
            throw EngineError(
                .unsupported,
                "\(layout.data) is of PostgreSQL \(found), and the programs here are of \(own): "
                    + "use an image of PostgreSQL \(found)")
        }
    }

    /// The major version in what `postgres --version` prints: `postgres (PostgreSQL) 15.8 (…)`,
    /// `postgres (PostgreSQL) 18beta1`.
    static func majorVersion(said text: String) -> Int? {
        guard let end = text.firstRange(of: "(PostgreSQL) ")?.upperBound else { return nil }
        return Int(text[end...].prefix { $0.isNumber })
    }

    // MARK: Files; these block

    /// The control file of a data directory; nil when there is no data.
    static func inspect(_ data: String) throws(EngineError) -> ControlFile? {
        guard let status = try Folder.status(data) else { return nil }
        guard status.isFolder else {
            throw EngineError(.unsupported, "\(data) is no folder")
        }
        let wrongOwner = EngineError(
            .permissionDenied,
            "\(data) belongs to user id \(status.owner), and this program runs as "
                + "\(geteuid()): change the owner, or the Pod's runAsUser and fsGroup")
        let isOwn = status.owner == geteuid()
        // Whose it is says more than that it cannot be listed.
        guard isOwn || access(data, R_OK | X_OK) == 0 else { throw wrongOwner }
        guard let entries = try Folder.entries(data), !entries.isEmpty else { return nil }
        guard isOwn else { throw wrongOwner }
        guard let version = try majorVersion(in: data) else {
            throw EngineError(
                .unsupported, "\(data) is not empty and holds no PostgreSQL data (no PG_VERSION)")
        }
        guard PostgreSQLLimits.versions.contains(version) else {
            throw EngineError(
                .unsupported,
                "\(data) is of PostgreSQL \(version); known are "
                    + "\(PostgreSQLLimits.versions.lowerBound) to "
                    + "\(PostgreSQLLimits.versions.upperBound)")
        }
        guard let bytes = try DurableFile.read(data + "/global/pg_control") else {
            throw EngineError(.unsupported, "\(data) has no global/pg_control")
        }
        return try ControlFile(bytes)
    }

    /// The version in `PG_VERSION`; nil when there is no such file.
    static func majorVersion(in data: String) throws(EngineError) -> Int? {
        guard let text = try DurableFile.readText(data + "/PG_VERSION") else { return nil }
        guard let version = Int(text.split(whereSeparator: \.isWhitespace).first ?? "") else {
            throw EngineError(.unsupported, "\(data)/PG_VERSION is no version")
        }
        return version
    }

    /// What `postmaster.pid` says of the server that made it.
    struct Postmaster: Sendable, Hashable {
        var processID: Int32
        var text: String
    }

    static func postmaster(_ layout: PostgreSQLLayout) throws(EngineError) -> Postmaster? {
        guard let text = try DurableFile.readText(layout.postmasterFile) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // A server that is stopped right now writes a negative id when it runs single-user.
        guard let first = lines.first, let id = Int32(first.drop { $0 == "-" }), id > 0 else {
            return nil
        }
        // The last line is the status, which changes while the same server runs.
        return Postmaster(processID: id, text: lines.prefix(3).joined(separator: "\n"))
    }

    /// Whether that process is visible from here and is the server of this data directory. In
    /// another PID namespace the id means another process, or none: hence the check.
    static func isVisible(_ postmaster: Postmaster, _ layout: PostgreSQLLayout) -> Bool {
        let process = "/proc/\(postmaster.processID)"
        guard let folder = link(process + "/cwd"), let data = resolved(layout.data) else {
            return false
        }
        guard folder == data, let program = link(process + "/exe") else { return false }
        // The program behind a loader is the loader's file, so the name alone does not decide.
        return Path.name(of: program).hasPrefix("postgres")
            || Path.name(of: program).hasPrefix("ld-linux")
    }

    /// Refuses to go on while a server uses the data directory. A socket that answers is one, in
    /// whatever PID namespace it runs.
    static func refuseRunningServer(_ layout: PostgreSQLLayout, port: Int) throws(EngineError) {
        if SocketProbe.hasListener(folder: layout.socket, port: port) {
            throw EngineError(
                .inUse, "a server listens on \(layout.socket)/.s.PGSQL.\(port)")
        }
        guard let postmaster = try postmaster(layout) else { return }
        let isOwn = postmaster.processID == getpid()
        if !isOwn, isVisible(postmaster, layout) {
            throw EngineError(
                .inUse,
                "a server with process id \(postmaster.processID) uses \(layout.data)")
        }
    }

    private static func link(_ path: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count - 1)
        guard count > 0 else { return nil }
        return String(decoding: buffer[0..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func resolved(_ path: String) -> String? {
        guard let pointer = realpath(path, nil) else { return nil }
        defer { free(pointer) }
        return String(cString: pointer)
    }

    /// Whether nothing of worth lies in the data directory: it is absent or empty, or it is a copy
    /// or a first directory that was finished and never started.
    static func isWorthless(_ layout: PostgreSQLLayout) throws(EngineError) -> Bool {
        if try Folder.isEmpty(layout.data) { return true }
        return try Folder.status(PostgreSQLLayout.unstarted(in: layout.data)) != nil
    }

    /// Puts a finished directory in the place of the data directory. The old one, where there is
    /// one, is moved aside first and removed afterwards, so that at every instant there is either
    /// the old or the new one, or a marked gap that the next try fills.
    static func replaceData(_ layout: PostgreSQLLayout, by finished: String) throws(EngineError) {
        try Folder.remove(layout.replaced)
        try DurableFile.write("", to: PostgreSQLLayout.unstarted(in: finished))
        if try Folder.isEmpty(layout.data) {
            try Folder.remove(layout.data)
        } else {
            try DurableFile.move(layout.data, to: layout.replaced)
        }
        try DurableFile.move(finished, to: layout.data)
        try Folder.remove(layout.replaced)
    }
}
