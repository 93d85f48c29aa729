import AgentConfiguration
import AgentHTTP
import EngineKit
import Logging

/// The members' key in its mounted Secret, taken anew when the file changes.
struct AgentKeyFile: Sendable {
    /// The key as last read.
    let key: AgentKey
    private let file: SecretFile
    private let first: Secret

    private static let worker = BlockingWorker(name: "secrets")

    /// Reads it for the first time. Blocks for as long as the file system does.
    /// - Throws: ``SecretError``: without a key this member could neither give nor ask for a
    ///   promise, so that nobody could ever take over.
    init(in paths: PathSettings) throws(SecretError) {
        file = SecretFile("\(paths.secretsDirectory)/agent-key")
        first = try file.read()
        key = AgentKey(first.reveal())
    }

    /// Looks again and again until the task is cancelled. While the file cannot be read, the key
    /// stays what it was.
    func watch(logger: Logger) async {
        var known = first
        let faults = Repetition()
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: AgentLimits.keyLook)
            } catch {
                return
            }
            do {
                let read = try await read().get()
                if read != known {
                    key.replace(with: read.reveal())
                    logger.notice("agent-key has changed")
                }
                known = read
                faults.clear("file")
            } catch {
                guard faults.isNew("\(error)", of: "file") else { continue }
                logger.warning("agent-key cannot be read", metadata: ["failure": "\(error)"])
            }
        }
    }

    private func read() async throws(EngineError) -> Result<Secret, SecretError> {
        let file = self.file
        return try await AgentKeyFile.worker.run { () throws(EngineError) in
            Result { () throws(SecretError) in try file.read() }
        }
    }
}
