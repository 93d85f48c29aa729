/// What a process keeps in memory, as the kernel counts it.
struct ProcessMemory: Sendable, Hashable {
    /// All resident pages, in megabytes (10^6 bytes).
    var resident: Double
    /// Those that are the process's own and in no file.
    var anonymous: Double

    /// The process's memory; nil when it is gone or another user's.
    init?(of pid: Int32) {
        guard let text = FileContents.text("/proc/\(pid)/status") else { return nil }
        func megabytes(_ key: String) -> Double? {
            for line in text.split(separator: "\n") where line.hasPrefix(key + ":") {
                let words = line.split { $0 == " " || $0 == "\t" }
                if words.count > 1, let kibibytes = Double(words[1]) {
                    return kibibytes * 1024 / 1_000_000
                }
            }
            return nil
        }
        guard let resident = megabytes("VmRSS"), let anonymous = megabytes("RssAnon") else {
            return nil
        }
        self.resident = resident
        self.anonymous = anonymous
    }
}
