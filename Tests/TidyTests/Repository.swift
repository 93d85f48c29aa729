import FoundationEssentials
import Subprocess
import Testing

/// The files of this repository: what git has or would add. Outside of a clone, what lies there.
enum Repository {
    static let root = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    static let files = Task { try await read() }

    private static func read() async throws -> [SourceFile] {
        let tracked = try await paths(["--cached"])
        let fresh = try await paths(["--others", "--exclude-standard", "Sources", "Tests"])
        return try (tracked + fresh).sorted().compactMap { path in
            guard FileManager.default.fileExists(atPath: "\(root)/\(path)") else { return nil }
            guard path.hasSuffix(".swift") else { return SourceFile(path, "") }
            let data = try Data(contentsOf: URL(filePath: "\(root)/\(path)"))
            return SourceFile(path, String(decoding: data, as: UTF8.self))
        }
    }

    private static func paths(_ arguments: [String]) async throws -> [String] {
        // The owner of a clone may be another than who runs the tests.
        let result = try await Subprocess.run(
            .name("git"),
            arguments: Arguments(
                ["-c", "safe.directory=*", "-C", root, "ls-files", "-z"] + arguments),
            output: .string(limit: 1 << 20), error: .string(limit: 1 << 16))
        try #require(result.terminationStatus.isSuccess, "git: \(result.standardError)")
        return result.standardOutput.split(separator: "\0").map(String.init)
    }
}
