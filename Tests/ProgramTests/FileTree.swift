import FoundationEssentials
import Glibc

/// All that can be known of a folder and everything in it, to see that nothing was touched.
struct FileTree: Hashable {
    struct Entry: Hashable {
        var mode: UInt32
        var owner: UInt32
        var modifiedSeconds: Int
        var modifiedNanoseconds: Int
        var contents: Data?
    }

    var entries: [String: Entry] = [:]

    init(of folder: String) throws {
        try add(folder)
    }

    private mutating func add(_ path: String) throws {
        var status = stat()
        guard lstat(path, &status) == 0 else { throw POSIXFailure(path: path, code: errno) }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        let isFile = status.st_mode & S_IFMT == S_IFREG
        entries[path] = Entry(
            mode: status.st_mode, owner: status.st_uid,
            modifiedSeconds: status.st_mtim.tv_sec, modifiedNanoseconds: status.st_mtim.tv_nsec,
            contents: isFile ? try Data(contentsOf: URL(filePath: path)) : nil)
        guard isFolder else { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            try add("\(path)/\(name)")
        }
    }

    struct POSIXFailure: Error {
        var path: String
        var code: Int32
    }
}
