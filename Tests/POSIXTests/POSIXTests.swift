import FoundationEssentials
import Glibc
import POSIX
import Testing

@Suite struct POSIXTests {
    private func withFolder(_ test: (String) throws -> Void) throws {
        var template = Array("/tmp/ustest-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(atPath: folder) } }
        try test(folder)
    }

    @Test("a file is read up to its limit and not beyond", arguments: [0, 1, 65_536, 200_000])
    func limit(size: Int) throws {
        try withFolder { folder in
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let path = folder + "/file"
            try Data(bytes).write(to: URL(filePath: path))
            #expect(try FileReading.bytes(of: path, limit: size) == bytes)
            #expect(try FileReading.bytes(of: path, limit: size + 1) == bytes)
            if size > 0 { #expect(try FileReading.bytes(of: path, limit: size - 1) == nil) }
        }
    }

    @Test("what is no file is told apart, and a FIFO holds nobody")
    func noFile() throws {
        try withFolder { folder in
            func failure(_ path: String) -> SystemFailure? {
                do throws(SystemFailure) {
                    _ = try FileReading.bytes(of: path, limit: 1)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(failure(folder + "/none")?.isAbsence == true)
            #expect(failure(folder + "/none")?.description == "No such file or directory")
            #expect(failure(folder)?.code == EISDIR)
            try #require(mkfifo(folder + "/fifo", 0o600) == 0)
            #expect(try FileReading.bytes(of: folder + "/fifo", limit: 1) == [])
        }
    }

    @Test("a folder is listed whole and sorted, and what is none is an error")
    func names() throws {
        try withFolder { folder in
            for name in ["b", ".a", "c"] { try #require(mkdir("\(folder)/\(name)", 0o700) == 0) }
            #expect(try FileReading.names(in: folder) == [".a", "b", "c"])
            #expect(throws: SystemFailure.self) { try FileReading.names(in: folder + "/none") }
        }
    }

    @Test(
        "a point in time is RFC 3339 in UTC, with as many decimals as are asked for, cut off",
        arguments: [
            (0, "2026-02-07T08:09:10Z"), (3, "2026-02-07T08:09:10.045Z"),
            (6, "2026-02-07T08:09:10.045999Z"), (9, "2026-02-07T08:09:10.045999999Z"),
        ])
    func time(decimals: Int, text: String) {
        let time = Timestamp(seconds: 1_770_451_750, nanoseconds: 45_999_999)
        #expect(time.text(decimals: decimals) == text)
    }

    @Test("a thread runs its body, and is another than the caller's")
    func thread() async throws {
        let ids = AsyncStream.makeStream(of: UInt.self)
        try DetachedThread.start(stackBytes: 256 * 1024) {
            ids.continuation.yield(UInt(pthread_self()))
            ids.continuation.finish()
        }
        var seen: [UInt] = []
        for await id in ids.stream { seen.append(id) }
        #expect(seen.count == 1 && seen.first != UInt(pthread_self()))
    }
}
