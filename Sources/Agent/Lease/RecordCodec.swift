import FoundationEssentials
import ReplicationCore

/// The cluster's record as annotations of the Lease: its JSON, and a checksum of that very text, so
/// that an edit by hand or by a tool is noticed (rule S3), whatever fields a later version adds.
enum RecordCodec {
    /// The annotation that holds the record.
    static let recordKey = "understudy.dev/record"
    /// The annotation that holds its checksum.
    static let checksumKey = "understudy.dev/record-checksum"
    /// The longest record that is written: `final` is left out of a longer one.
    static let limitBytes = 32 * 1024

    /// The annotations for a record.
    static func annotations(_ record: ClusterRecord) throws -> [String: String] {
        var text = try encode(record)
        if text.utf8.count > limitBytes {
            var shorter = record
            shorter.final = nil
            text = try encode(shorter)
        }
        return [recordKey: text, checksumKey: checksum(text)]
    }

    /// The record in a Lease's annotations.
    static func record(in annotations: [String: String]) -> LeaseValue.Record {
        guard let text = annotations[recordKey] else { return .missing }
        guard annotations[checksumKey] == checksum(text), text.utf8.count <= limitBytes,
            let record = try? JSONDecoder().decode(ClusterRecord.self, from: Data(text.utf8))
        else { return .damaged }
        return .readable(record)
    }

    private static func encode(_ record: ClusterRecord) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(record), as: UTF8.self)
    }

    /// FNV-1a, 64 bits, in hexadecimal: it notices accidents, and is no protection against intent.
    static func checksum(_ text: String) -> String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in text.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        return String(hash, radix: 16)
    }
}
