import Glibc

/// Gives back the pages of program code that only the start and the last change needed. Most of a
/// resting agent's memory would otherwise be code that it ran once: option parsing, TLS handshakes,
/// the runtime's look-ups through all types. The pages are clean copies of files: what is needed
/// again is mapped again, from the page cache as a rule, within microseconds.
enum IdleMemory {
    /// One executable mapping of a file, as `/proc/self/maps` lists it.
    struct Mapping: Equatable {
        var start: UInt
        var end: UInt
    }

    /// Unmaps the resident pages of all code. Only mappings that can be executed and not written
    /// are touched: they hold nothing of this process's own, so nothing can be lost.
    static func giveBackCode() {
        for mapping in codeMappings(in: readMaps()) {
            guard let start = UnsafeMutableRawPointer(bitPattern: mapping.start) else { continue }
            // Advice: where it is refused, the pages stay, which is no harm.
            madvise(start, Int(mapping.end - mapping.start), MADV_DONTNEED)
        }
    }

    /// The mappings of files that are code, from the text of `/proc/self/maps`.
    static func codeMappings(in maps: String) -> [Mapping] {
        maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 6, fields[1] == "r-xp", fields[5].hasPrefix("/") else {
                return nil
            }
            let range = fields[0].split(separator: "-")
            guard range.count == 2, let start = UInt(range[0], radix: 16),
                let end = UInt(range[1], radix: 16), start < end
            else { return nil }
            return Mapping(start: start, end: end)
        }
    }

    private static func readMaps() -> String {
        let descriptor = open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 * 1024)
        while bytes.count < AgentLimits.mapsBytes {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
