import Glibc

/// Where finished lines of the log go.
public struct LogOutput: Sendable {
    private let write: @Sendable ([UInt8]) -> Void

    /// An output that hands each line, newline included, to a closure; calls may be concurrent.
    public init(_ write: @escaping @Sendable ([UInt8]) -> Void) {
        self.write = write
    }

    /// The process's standard error.
    public static let standardError = LogOutput(descriptor: STDERR_FILENO)

    /// A file descriptor that stays open as long as the process. A line is one write(2), so that
    /// lines of several threads and processes do not mix; one that cannot be written is lost, for
    /// there is nowhere to say so.
    public init(descriptor: Int32) {
        self.init { line in
            line.withUnsafeBytes { bytes in
                var rest = bytes[...]
                while !rest.isEmpty {
                    let count = Glibc.write(
                        descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                    if count > 0 {
                        rest = rest.dropFirst(count)
                    } else if errno != EINTR {
                        return
                    }
                }
            }
        }
    }

    func callAsFunction(_ line: [UInt8]) {
        write(line)
    }
}
