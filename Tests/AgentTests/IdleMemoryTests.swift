import Testing

@testable import Agent

@Suite struct IdleMemoryTests {
    @Test("only code of files is given back: nothing writable, nothing private, no kernel page")
    func choice() {
        let maps = """
            55d0a000-55d0b000 r-xp 00001000 fe:00 42   /usr/bin/understudy
            55d0b000-55d0c000 r--p 00002000 fe:00 42   /usr/bin/understudy
            55d0c000-55d0d000 rw-p 00003000 fe:00 42   /usr/bin/understudy
            55d0d000-55d0e000 rwxp 00003000 fe:00 42   /usr/bin/understudy
            7f000000-7f001000 r-xp 00000000 00:00 0
            7ffe1000-7ffe2000 r-xp 00000000 00:00 0    [vdso]
            zz-yy r-xp 00000000 fe:00 42   /broken
            """
        #expect(
            IdleMemory.codeMappings(in: maps) == [
                IdleMemory.Mapping(start: 0x55d0_a000, end: 0x55d0_b000)
            ])
    }

    @Test("the process runs on after its code was given back, again and again")
    func harmless() async {
        for round in 0..<20 {
            IdleMemory.giveBackCode()
            let sorted = (0..<1000).map { ($0 &* 7919) % 1009 }.sorted()
            #expect(sorted.first == 0, "round \(round)")
            await Task.yield()
        }
    }
}
