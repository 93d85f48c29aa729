import Glibc

/// A folder for one test. Its path is short, since the path of a Unix socket has 107 characters.
public struct TemporaryFolder: Sendable {
    /// Its path.
    public let path: String

    /// Makes a new one.
    public init() throws {
        var template = Array("/tmp/ustest-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw ServerProcess.Failure(description: "no temporary folder: errno \(errno)")
        }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a folder in it.
    public func folder(_ name: String) throws -> String {
        let folder = path + "/" + name
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else {
            throw ServerProcess.Failure(description: "no folder \(folder): errno \(errno)")
        }
        return folder
    }

    /// Removes it with all in it.
    public func remove() {
        var none: pid_t = 0
        let argv = ["rm", "-rf", path].map { (text: String) in strdup(text) } + [nil]
        defer { for text in argv { free(text) } }
        guard posix_spawn(&none, "/bin/rm", nil, nil, argv, nil) == 0 else { return }
        waitpid(none, nil, 0)
    }
}
