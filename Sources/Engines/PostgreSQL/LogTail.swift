import EngineKit
import Glibc

/// The end of the write-ahead log on disk: just enough of its format to tell whether a whole record
/// may lie between two places (src/include/access/xlogrecord.h, xlog_internal.h).
struct LogTail {
    let folder: String
    let segmentBytes: UInt32

    private static let pageBytes: UInt64 = 8192
    private static let pageHeader: UInt64 = 24
    private static let segmentHeader: UInt64 = 40
    /// The size of a record's own header: no record is shorter.
    private static let recordHeader: UInt64 = 24

    /// Whether a whole record may begin at that place and end before the other, on that timeline or
    /// a later one. False only when that is impossible.
    func mayHoldRecord(
        at start: UInt64, before end: UInt64, from timeline: UInt32
    ) throws(EngineError) -> Bool {
        guard segmentBytes >= 1_048_576, segmentBytes.nonzeroBitCount == 1 else {
            throw EngineError(.unsupported, "the size of a WAL segment is not known")
        }
        let place = skippingHeaders(start)
        guard place + 4 <= end else { return false }
        let number = place / UInt64(segmentBytes)
        let perFile = 0x1_0000_0000 / UInt64(segmentBytes)
        let suffix = LogTail.hex(UInt32(number / perFile)) + LogTail.hex(UInt32(number % perFile))
        for name in try Folder.entries(folder) ?? []
        where name.count == 24 && name.hasSuffix(suffix) {
            guard let branch = UInt32(name.prefix(8), radix: 16), branch >= timeline else {
                continue
            }
            let length = try recordLength(folder + "/" + name, place % UInt64(segmentBytes))
            // Zeroes, or what a reused segment held before, are no record.
            guard length >= LogTail.recordHeader else { continue }
            if recordEnd(place, length: length) <= end { return true }
        }
        return false
    }

    /// The place of the record's first byte when a page begins where it would.
    private func skippingHeaders(_ place: UInt64) -> UInt64 {
        guard place % LogTail.pageBytes == 0 else { return place }
        return place + headerBytes(place)
    }

    private func headerBytes(_ page: UInt64) -> UInt64 {
        page % UInt64(segmentBytes) == 0 ? LogTail.segmentHeader : LogTail.pageHeader
    }

    /// Where a record ends whose bytes go on behind the header of each further page.
    private func recordEnd(_ place: UInt64, length: UInt64) -> UInt64 {
        var place = place
        var rest = length
        while true {
            let page = place / LogTail.pageBytes * LogTail.pageBytes
            let room = page + LogTail.pageBytes - place
            if rest <= room { return place + rest }
            rest -= room
            place = page + LogTail.pageBytes
            place += headerBytes(place)
        }
    }

    private func recordLength(_ path: String, _ offset: UInt64) throws(EngineError) -> UInt64 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw EngineError(.fileSystem, "cannot read \(path)")
        }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 4)
        guard pread(descriptor, &bytes, 4, off_t(offset)) == 4 else { return 0 }
        return (0..<4).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << (8 * UInt64($1)) }
    }

    private static func hex(_ value: UInt32) -> String {
        let text = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: 8 - text.count) + text
    }
}
