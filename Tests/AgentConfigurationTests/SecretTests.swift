import AgentConfiguration
import Glibc
import Testing

@Suite struct SecretTests {
    @Test("a secret prints as three stars, also inside other values")
    func redacted() {
        let secret = Secret("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        dump([secret], to: &dumped)
        for text in ["\(secret)", "\([secret])", String(reflecting: secret), dumped] {
            #expect(!text.contains("hunter2"))
            #expect(text.contains("***"))
        }
        #expect(secret.reveal() == "hunter2")
    }

    @Test("a secret file is read without the newlines at its end, and anew each time")
    func read() throws {
        try withFolder(["key": Array(" pass word \r\n\n".utf8)]) { folder in
            let file = SecretFile("\(folder)/key")
            #expect(try file.read().reveal() == " pass word ")
            let stream = try #require(fopen(file.path, "w"))
            fputs("other", stream)
            fclose(stream)
            #expect(try file.read().reveal() == "other")
        }
    }

    @Test("what cannot be a secret is refused, with its path and what to do")
    func refused() throws {
        let files: [String: [UInt8]] = [
            "empty": [], "newline": [0x0a], "binary": [0xff, 0xfe], "nul": [0x61, 0, 0x62],
            "long": Array(repeating: 0x61, count: 4_097),
        ]
        try withFolder(files) { folder in
            for name in files.keys.sorted() + ["absent", "."] {
                let file = SecretFile("\(folder)/\(name)")
                let error = #expect(throws: SecretError.self) { try file.read() }
                #expect(error?.description.contains("\(folder)/\(name)") == true)
                #expect(error?.description.hasSuffix(".") == true)
            }
        }
    }

    @Test("a FIFO in the place of a secret does not hold the program")
    func fifo() throws {
        try withFolder([:]) { folder in
            let path = "\(folder)/fifo"
            try #require(mkfifo(path, 0o600) == 0)
            defer { unlink(path) }
            #expect(throws: SecretError.self) { try SecretFile(path).read() }
        }
    }
}
