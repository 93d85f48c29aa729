import Glibc
import SystemPackage

/// What `/proc` tells about processes.
enum ProcessTable {
    /// One process, told apart from a later one with the same number by its start time.
    struct Entry: Hashable, Sendable, Codable {
        var pid: pid_t
        var parent: pid_t
        /// Clock ticks since boot.
        var startTime: UInt64
        /// Dead, and only waiting for its parent to ask.
        var isZombie: Bool
        var name: String
    }

    /// The process, or nil when there is none.
    static func entry(of pid: pid_t) -> Entry? {
        guard let bytes = FileContents.read("/proc/\(pid)/stat") else { return nil }
        return parse(String(decoding: bytes, as: UTF8.self))
    }

    /// Every process that can be seen.
    static func all() -> [Entry] {
        FileTree.names(in: "/proc").compactMap { pid_t($0) }.compactMap { entry(of: $0) }
    }

    /// All children, their children and so on, the dead but unreaped ones left out.
    static func descendants(of root: pid_t, in entries: [Entry] = all()) -> [Entry] {
        let children = Dictionary(grouping: entries, by: \.parent)
        var found: [Entry] = []
        var parents = [root]
        while let parent = parents.popLast() {
            for child in children[parent] ?? [] {
                parents.append(child.pid)
                if !child.isZombie { found.append(child) }
            }
        }
        return found
    }

    /// `pid (name) state ppid … starttime …`; the name may hold blanks and parentheses.
    static func parse(_ line: String) -> Entry? {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")") else {
            return nil
        }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard let pid = pid_t(line[..<open].dropLast()), fields.count > 19,
            let parent = pid_t(fields[1]), let startTime = UInt64(fields[19])
        else { return nil }
        return Entry(
            pid: pid, parent: parent, startTime: startTime,
            isZombie: fields[0] == "Z" || fields[0] == "X",
            name: String(line[line.index(after: open)..<close]))
    }
}
