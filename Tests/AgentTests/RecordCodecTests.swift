import ReplicationCore
import Testing

@testable import Agent

@Suite struct RecordCodecTests {
    private func record() -> ClusterRecord {
        let voter = Voter(member: "pg-1", incarnation: "0123456789abcdef")
        let start = TermPosition(followedTerm: 3, position: Position(branch: 4, offset: 1 << 40))
        return ClusterRecord(
            clusterID: "7400000000000000001", initialisation: .done, mode: .quorum,
            master: MasterRecord(voter: voter, term: 4, start: start, proof: .promises),
            synchronous: SynchronousSet(voters: [voter], required: 1),
            members: ["pg-0", "pg-1", "pg-2"], final: start, lastPosition: start,
            preferredSuccessor: "pg-2")
    }

    @Test("a record survives the annotations")
    func roundTrip() throws {
        let annotations = try RecordCodec.annotations(record())
        #expect(RecordCodec.record(in: annotations) == .readable(record()))
    }

    @Test("no annotation is a missing record, not a damaged one")
    func missing() {
        #expect(RecordCodec.record(in: ["other": "x"]) == .missing)
    }

    @Test(
        "every edit of a record is noticed",
        arguments: ["pg-1", "7400000000000000001", "quorum", "promises"])
    func edited(word: String) throws {
        var annotations = try RecordCodec.annotations(record())
        let text = try #require(annotations[RecordCodec.recordKey])
        let edited = text.split(separator: word, omittingEmptySubsequences: false)
            .joined(separator: word + "x")
        #expect(edited != text)
        annotations[RecordCodec.recordKey] = edited
        #expect(RecordCodec.record(in: annotations) == .damaged)
    }

    @Test("a record cut off, empty or without its checksum is damaged")
    func cutOff() throws {
        let whole = try RecordCodec.annotations(record())
        let text = try #require(whole[RecordCodec.recordKey])
        for length in [0, 1, text.utf8.count / 2, text.utf8.count - 1] {
            var cut = whole
            cut[RecordCodec.recordKey] = String(decoding: text.utf8.prefix(length), as: UTF8.self)
            #expect(RecordCodec.record(in: cut) == .damaged)
        }
        #expect(RecordCodec.record(in: [RecordCodec.recordKey: text]) == .damaged)
    }

    @Test("fields of a later version are read over, since the checksum is of the text")
    func laterVersion() throws {
        let text = try #require(try RecordCodec.annotations(record())[RecordCodec.recordKey])
        let later = "{\"aFieldOfTomorrow\":1," + text.dropFirst()
        let annotations = [
            RecordCodec.recordKey: later, RecordCodec.checksumKey: RecordCodec.checksum(later),
        ]
        #expect(RecordCodec.record(in: annotations) == .readable(record()))
    }

    @Test("an oversized record loses its final position and nothing else")
    func oversized() throws {
        var big = record()
        big.members = (0..<900).map { "member-with-a-rather-long-name-\($0)" }
        let annotations = try RecordCodec.annotations(big)
        big.final = nil
        let text = try #require(annotations[RecordCodec.recordKey])
        #expect(!text.contains("\"final\""))
    }
}
