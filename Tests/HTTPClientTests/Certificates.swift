import FoundationEssentials
import Playground

/// Certificates in a folder of their own, for as long as a body runs.
enum Certificates {
    static func with<Result: Sendable>(
        _ body: (PlaygroundCertificates) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "understudy-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await body(
            try await PlaygroundCertificates.create(
                in: folder.path(), addresses: ["127.0.0.1"]))
    }
}
