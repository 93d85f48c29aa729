import FoundationEssentials
import Glibc
import Synchronization

/// Who runs for this playground, on disk too: what a playground that was killed leaves behind can
/// be told by the next one, number and start time together.
final class ProcessRegistry: Sendable {
    /// One process as the file holds it.
    struct Record: Hashable, Sendable, Codable {
        var process: ProcessTable.Entry
        var description: String
    }

    /// Nil when nobody comes after.
    private let file: String?
    /// The calling process has no children but those of this registry, and adopts their orphans.
    private let isSubreaper: Bool
    private let records = Mutex<[pid_t: Record]>([:])

    init(file: String?, isSubreaper: Bool) {
        self.file = file
        self.isSubreaper = isSubreaper
    }

    /// Starts a process of our own; nobody ever sees it running but unknown.
    func launch(
        describedAs description: String, _ start: () throws(PlaygroundError) -> pid_t
    ) throws(PlaygroundError) -> pid_t {
        try records.withLock { records throws(PlaygroundError) in
            let pid = try start()
            add(pid, description, to: &records)
            return pid
        }
    }

    /// A container's main process has been started.
    func add(_ pid: pid_t, describedAs description: String) {
        records.withLock { add(pid, description, to: &$0) }
    }

    private func add(_ pid: pid_t, _ description: String, to records: inout [pid_t: Record]) {
        guard let entry = ProcessTable.entry(of: pid) else { return }
        records[pid] = Record(process: entry, description: description)
        save(records)
    }

    /// A process has ended.
    func forget(_ pid: pid_t) {
        records.withLock { records in
            records[pid] = nil
            save(records)
        }
    }

    /// A container's process 1 has ended: takes its exit code from the kernel, and ends what it
    /// could not end itself because it was killed, which is now our own child and nobody else's.
    func reap(_ pid: pid_t) {
        var status: Int32 = 0
        let result = waitpid(pid, &status, 0)
        records.withLock { records in
            records[pid] = nil
            save(records)
            if isSubreaper, result != pid || status & 0x7f != 0 {
                ProcessTree.endDescendants(except: Set(records.keys))
            }
        }
    }

    /// The processes of an earlier playground that still run.
    static func leftovers(in file: String) -> [Record] {
        guard let bytes = FileContents.read(file) else { return [] }
        let records: [Record]
        do {
            records = try JSONDecoder().decode([Record].self, from: Data(bytes))
        } catch {
            // Written by rename, so only a foreign hand can have damaged it: nothing to go by.
            return []
        }
        return records.filter { record in
            let now = ProcessTable.entry(of: record.process.pid)
            return now?.startTime == record.process.startTime && now?.isZombie == false
        }
    }

    private func save(_ records: [pid_t: Record]) {
        guard let file else { return }
        do {
            let sorted = records.values.sorted { $0.process.pid < $1.process.pid }
            try FileContents.replace(file, with: JSONEncoder().encode(sorted))
        } catch {
            // It serves only the next playground after a crash of this one; nothing to do for now.
            Console.error("The list of processes cannot be written: \(error)")
        }
    }
}
