import Glibc

/// What the playground's control plane does, line by line, for whoever watches it.
struct Journal: Sendable {
    private let write: @Sendable (String) -> Void

    init(_ write: @escaping @Sendable (String) -> Void) {
        self.write = write
    }

    /// One line about one member, or about all when nil.
    func note(_ member: String?, _ text: String) {
        write(member.map { "\($0): \(text)" } ?? text)
    }

    /// To standard output, with the local time.
    static let console = Journal { line in
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        var parts = tm()
        localtime_r(&now.tv_sec, &parts)
        func digits(_ number: Int, _ count: Int) -> String {
            let text = String(number)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let time =
            [parts.tm_hour, parts.tm_min, parts.tm_sec].map { digits(Int($0), 2) }
            .joined(separator: ":") + "." + digits(now.tv_nsec / 1_000_000, 3)
        Console.say("\(time) \(line)")
    }
}
