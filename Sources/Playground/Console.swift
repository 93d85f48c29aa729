import Glibc
import SystemPackage

/// Lines for a person, each written whole and at once.
public enum Console {
    /// A line on standard output.
    public static func say(_ line: String) { write(line, to: .standardOutput) }

    /// A line on standard error.
    public static func error(_ line: String) { write(line, to: .standardError) }

    private static func write(_ line: String, to file: FileDescriptor) {
        do {
            _ = try file.writeAll((line + "\n").utf8)
        } catch {
            // Nobody reads any more (a closed pipe): there is no other place to say so.
            return
        }
    }
}
