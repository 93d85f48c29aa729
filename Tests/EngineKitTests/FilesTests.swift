import Glibc
import Testing

@testable import EngineKit

@Suite final class FilesTests {
    let folder: String

    init() throws {
        var template = Array("/tmp/ustest-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        // A leftover in the folder for temporary files harms nobody.
        try? Folder.remove(folder)
    }

    @Test("a file is replaced whole, with its mode, and leaves nothing beside it")
    func write() throws {
        let path = folder + "/file"
        #expect(try DurableFile.read(path) == nil)
        try DurableFile.write("one", to: path, mode: 0o640)
        try DurableFile.write("two", to: path, mode: 0o600)
        #expect(try DurableFile.readText(path) == "two")
        #expect(try Folder.status(path)?.mode == 0o600)
        #expect(try Folder.entries(folder) == ["file"])
        try DurableFile.remove(path)
        try DurableFile.remove(path)
        #expect(try Folder.isEmpty(folder))
        #expect(throws: EngineError.self) { try DurableFile.write("x", to: folder + "/no/file") }
    }

    @Test("a folder is removed with all in it, and a link in it is not followed")
    func remove() throws {
        try Folder.create(folder + "/a/b/c")
        try Folder.create(folder + "/kept")
        try DurableFile.write("x", to: folder + "/kept/file")
        try #require(symlink(folder + "/kept", folder + "/a/link") == 0)
        try Folder.remove(folder + "/a")
        try Folder.remove(folder + "/a")
        #expect(try Folder.entries(folder) == ["kept"])
        #expect(try DurableFile.readText(folder + "/kept/file") == "x")
    }

    @Test("the checksum is Castagnoli's")
    func checksum() {
        #expect(Checksum.crc32c("123456789".utf8) == 0xE306_9283)
        #expect(Checksum.crc32c([UInt8]()) == 0)
    }

    @Test("parents and names of paths")
    func paths() {
        #expect(Path.parent(of: "/a/b/") == "/a" && Path.name(of: "/a/b/") == "b")
        #expect(Path.parent(of: "/a") == "/" && Path.parent(of: "a") == ".")
    }

    @Test("numeric addresses need no resolver, and a name without address is an error")
    func addresses() async throws {
        #expect(
            try await HostResolver.addresses(of: "127.31.7.2", timeout: .seconds(1))
                == ["127.31.7.2"])
        await #expect(throws: EngineError.self) {
            try await HostResolver.addresses(of: "no-such-host.invalid", timeout: .seconds(5))
        }
    }

    @Test("work that blocks is given up at its deadline, and later work waits for it no longer")
    func blockingWork() async throws {
        let worker = BlockingWorker(name: "test")
        var ends: [Int32] = [0, 0]
        try #require(pipe(&ends) == 0)
        let (reading, writing) = (ends[0], ends[1])
        await #expect {
            try await worker.run(timeout: .milliseconds(100)) { () throws(EngineError) in
                var byte: UInt8 = 0
                read(reading, &byte, 1)
            }
        } throws: { ($0 as? EngineError)?.code == .timeout }
        close(writing)
        let value = try await worker.run { () throws(EngineError) in 5 }
        #expect(value == 5)
        close(reading)
    }
}
