import Glibc
import ReplicationCore
import Testing

@testable import EngineKit

@Suite final class MemberStateFileTests {
    let folder: String
    let file: MemberStateFile
    let state = MemberState(
        clusterID: "7301", incarnation: Incarnation.random(), promisedTerm: 7, followedTerm: 6,
        step: .complete)

    init() throws {
        var template = Array("/tmp/ustest-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        file = MemberStateFile(volume: folder + "/")
    }

    deinit {
        // A leftover in the folder for temporary files harms nobody.
        try? Folder.remove(folder)
    }

    @Test("what was written is read, and a second write replaces it")
    func roundTrip() async throws {
        #expect(try await file.read() == .absent)
        try await file.write(state)
        #expect(try await file.read() == .state(state))
        var next = state
        next.promisedTerm = 8
        try await file.write(next)
        #expect(try await file.read() == .state(next))
        #expect(try Folder.entries(folder + "/.understudy") == ["member.json"])
    }

    @Test("a file with any byte changed, missing or added is unreadable, never absent")
    func damage() throws {
        let bytes = try MemberStateFile.encode(state)
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            expectUnreadable(damaged)
            damaged = bytes
            damaged.remove(at: index)
            expectUnreadable(damaged)
            expectUnreadable(Array(bytes[0..<index]))
        }
        expectUnreadable(bytes + [32])
        expectUnreadable([])
    }

    @Test("a folder in the file's place is an error, not an absent file")
    func notAFile() async throws {
        try Folder.create(file.path)
        await #expect {
            _ = try await file.read()
        } throws: { ($0 as? EngineError)?.code == .fileSystem }
    }

    private func expectUnreadable(_ bytes: [UInt8]) {
        guard case .unreadable = MemberStateFile.decode(bytes) else {
            Issue.record("damaged bytes were read: \(String(decoding: bytes, as: UTF8.self))")
            return
        }
    }
}
