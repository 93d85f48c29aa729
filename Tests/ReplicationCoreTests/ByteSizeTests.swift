import ReplicationCore
import Testing

@Suite struct ByteSizeTests {
    @Test(
        "a size is a number with or without a unit of 1024s",
        arguments: [
            ("0", 0), ("1048576", 1_048_576), ("16MiB", 16 << 20), ("10MB", 10 << 20),
            ("512 kB", 512 << 10), ("1.5GB", 3 << 29), ("2tb", 2 << 40), ("7B", 7),
            ("18446744073709551615", UInt64.max),
        ] as [(String, UInt64)])
    func sizes(text: String, bytes: UInt64) {
        #expect(ByteSize.parse(text) == bytes)
    }

    @Test(
        "what is no size is refused",
        arguments: [
            "", " ", "MB", "-1", "+1", "1e3", "0x10", ".5MB", "5.MB", "1.2.3", "10XB", "10 M B",
            "18446744073709551616", "99999999TB", "1.9e400", "١٢", "10MB\0", "nan", "inf",
            "99999999999999999999999999999999.5TB",
        ])
    func refused(text: String) {
        #expect(ByteSize.parse(text) == nil)
    }
}
