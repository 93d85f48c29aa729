/// Who listens where: a network of its own in 127.0.0.0/8 for each directory, so that two
/// playgrounds do not meet.
struct AddressPlan: Sendable, Hashable {
    /// `127.A.B`.
    let prefix: String

    /// The network of that directory. Never 127.0.x.y, where other programs listen.
    init(directory: String) {
        // FNV-1a: spread well, and the same for the same directory in every run.
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in directory.utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        prefix = "127.\((hash >> 32) % 254 + 1).\((hash >> 8) & 0xff)"
    }

    /// The member with that ordinal.
    func member(_ ordinal: Int) -> String { "\(prefix).\(ordinal + 1)" }
    /// The template that yields the members' addresses from their ordinals.
    var memberTemplate: String { "\(prefix).{ordinal+1}" }
    /// The API server.
    var api: String { "\(prefix).200" }
    /// The Service for reading and writing.
    var masterService: String { "\(prefix).201" }
    /// The Service for reading.
    var replicaService: String { "\(prefix).202" }
}
