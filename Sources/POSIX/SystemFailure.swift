import Glibc

/// Why a call of the system failed.
public struct SystemFailure: Error, Sendable, Hashable, CustomStringConvertible {
    /// The call's `errno`.
    public let code: Int32

    /// The failure of that code.
    public init(_ code: Int32) {
        self.code = code
    }

    /// That of the last call on this thread that failed.
    public static var last: SystemFailure { SystemFailure(errno) }

    /// Whether there is nothing of that name.
    public var isAbsence: Bool { code == ENOENT || code == ENOTDIR }

    /// Whether this user may not do that.
    public var isDenial: Bool { code == EACCES || code == EPERM || code == EROFS }

    /// What the C library calls it: "Permission denied".
    public var description: String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
