import AgentConfiguration
import ArgumentParser
import Glibc

/// The exit codes besides 0: sysexits' numbers (design §12.11).
enum ExitStatus: Int32 {
    /// Something unexpected.
    case unexpected = 1
    /// The data is refused: foreign, diverged or unreadable.
    case dataRefused = 65
    /// Something that is needed cannot be reached.
    case unavailable = 69
    /// It may work when it is tried again.
    case tryAgain = 75
    /// A file or an account may not be used.
    case permission = 77
    /// The configuration is wrong.
    case configuration = 78

    /// The code for a secret that could not be had.
    static func of(_ error: SecretError) -> ExitStatus {
        error.isDenied ? .permission : .configuration
    }

    /// Says a sentence on standard error and gives the error to throw.
    func because(_ sentence: String) -> ExitCode {
        let line = Array("understudy: \(sentence)\n".utf8)
        line.withUnsafeBytes { bytes in
            _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
        }
        return ExitCode(rawValue)
    }
}
