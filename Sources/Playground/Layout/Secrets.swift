import Glibc
import SystemPackage

/// Passwords and keys, made once for a directory and never shown.
enum Secrets {
    /// Makes those that are missing. Throws ``PlaygroundError``.
    static func prepare(in directory: PlaygroundDirectory) throws(PlaygroundError) {
        try FileTree.makeFolder(directory.secrets)
        let files = [
            directory.superuserPasswordFile, "\(directory.secrets)/replication-password",
            "\(directory.secrets)/agent-key",
        ]
        for file in files where !FileTree.exists(file) {
            try FileContents.replace(file, with: random().utf8)
        }
    }

    /// 192 bits as text without signs that anything would have to quote.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<3).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
