/// The bounds on what configuration and secrets may be.
enum Limits {
    /// More members than any engine replicates to from one master.
    static let members = 1...99
    /// The greatest ordinal that a Pod name may end in, so that no name is longer than a label.
    static let ordinals = 0...9_999
    /// What TCP has.
    static let ports = 1...65_535
    /// A DNS label: names of Pods are hostnames.
    static let label = 63
    /// A DNS name.
    static let name = 253
    /// Paths as long as the kernel takes them, less what is appended to them.
    static let path = 3_072
    /// A Unix socket's whole path has 107 bytes; `/.s.PGSQL.65535` and its like follow.
    static let socketDirectory = 90
    /// The bytes of a file in the configuration directory.
    static let configurationFile = 4_096
    /// The bytes of a secret.
    static let secret = 4_096
    /// The entries of the configuration directory.
    static let configurationEntries = 256
    /// The characters of a wrong value that a message repeats.
    static let quotedCharacters = 80
    /// The characters of a part of a message.
    static let clauseCharacters = 400
}
