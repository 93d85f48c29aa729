import FoundationEssentials
public import ReplicationCore

/// The member's own durable memory on its volume (rule S2): `<volume>/.understudy/member.json`.
/// It outlives the data directory beside it, and carries a checksum.
public struct MemberStateFile: Sendable {
    /// What the file holds.
    public enum Reading: Sendable, Hashable {
        /// There is no file.
        case absent
        /// The member's state.
        case state(MemberState)
        /// The file is there but cannot be understood; never to be taken for "absent".
        case unreadable(String)
    }

    /// The file's path.
    public let path: String

    private static let format = 1

    /// The state file of a volume.
    public init(volume: String) {
        path = Path.trimming(volume) + "/.understudy/member.json"
    }

    /// Reads the file.
    /// - Throws: `permissionDenied`, `fileSystem`, `timeout`: then nobody knows what it holds, and
    ///   it must not be taken for absent.
    public func read() async throws(EngineError) -> Reading {
        let path = path
        return try await BlockingWorker.files.run { () throws(EngineError) -> Reading in
            guard let bytes = try DurableFile.read(path, limit: Limits.memberStateBytes)
            else { return .absent }
            return MemberStateFile.decode(bytes)
        }
    }

    /// Replaces the file, durably: when this returns, the state survives a crash of the machine.
    /// - Throws: `permissionDenied`, `fileSystem`, `timeout`: then the old or the new state is on
    ///   disk, never a mix.
    public func write(_ state: MemberState) async throws(EngineError) {
        let bytes: [UInt8]
        do {
            bytes = try MemberStateFile.encode(state)
        } catch {
            throw EngineError(.fileSystem, "the member's state cannot be encoded: \(error)")
        }
        let path = path
        try await BlockingWorker.files.run { () throws(EngineError) in
            try Folder.create(Path.parent(of: path))
            try DurableFile.write(bytes, to: path)
            try DurableFile.synchroniseFolder(Path.parent(of: Path.parent(of: path)))
        }
    }

    /// JSON whose first fields are the format and the checksum of the rest, byte by byte: so the
    /// check needs no canonical form.
    static func encode(_ state: MemberState) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let body = try encoder.encode(state)
        return Array(header(Checksum.crc32c(body)).utf8) + body + Array("}\n".utf8)
    }

    static func decode(_ bytes: [UInt8]) -> Reading {
        let length = header(0).utf8.count
        guard bytes.count > length + 2, bytes.suffix(2).elementsEqual("}\n".utf8) else {
            return .unreadable("the member's state is cut off or of another format")
        }
        let body = bytes[length..<bytes.count - 2]
        guard bytes.prefix(length).elementsEqual(header(Checksum.crc32c(body)).utf8) else {
            return .unreadable("the member's state does not match its checksum or format")
        }
        do {
            return .state(try JSONDecoder().decode(MemberState.self, from: Data(body)))
        } catch {
            return .unreadable("the member's state cannot be decoded: \(error)")
        }
    }

    private static func header(_ checksum: UInt32) -> String {
        let text = String(checksum, radix: 16)
        let padded = String(repeating: "0", count: 8 - text.count) + text
        return "{\"format\":\(format),\"checksum\":\"\(padded)\",\"state\":"
    }
}
