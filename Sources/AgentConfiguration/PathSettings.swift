/// Where files lie; all paths are absolute.
public struct PathSettings: Sendable, Hashable {
    /// The data volume's mount point.
    public let volume: String
    /// The database's own directory, inside the volume.
    public let dataDirectory: String
    /// Where generated settings lie.
    public let runtimeDirectory: String
    /// Where the database's Unix socket lies.
    public let socketDirectory: String
    /// Where the mounted secrets lie.
    public let secretsDirectory: String
    /// Where the database's programs are; nil for where PATH finds them.
    public let programDirectory: String?
    /// Where the service account's token, CA and namespace lie.
    public let serviceAccountDirectory: String

    /// The password of the account under which members replicate.
    public var replicationPassword: SecretFile {
        SecretFile("\(secretsDirectory)/replication-password")
    }
}
