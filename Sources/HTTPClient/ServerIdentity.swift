import NIOCore
import NIOSSL

/// Whether a verified certificate is one for the name that was asked for.
///
/// The TLS library also takes a certificate that holds the address connected to. For whoever asked
/// for a name that is too little: the address came from an answer of the name service, and another
/// server of the same authority may have one.
enum ServerIdentity {
    /// Checks the certificate of a connection whose handshake is over.
    static func check(_ channel: any Channel, for name: String) throws {
        let certificate = try channel.pipeline.syncOperations.nioSSL_peerCertificate()
        let names = certificate?._subjectAlternativeNames().filter { $0.nameType == .dnsName } ?? []
        guard names.contains(where: { matches(name, String(decoding: $0.contents, as: UTF8.self)) })
        else {
            throw ConnectFailure(message: "the server's certificate does not hold the name \(name)")
        }
    }

    /// Whether a pattern of a certificate stands for the name: the same, or with a star for the
    /// whole first label.
    static func matches(_ name: String, _ pattern: String) -> Bool {
        let name = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        let pattern = pattern.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        guard name.count == pattern.count, name.count > 0 else { return false }
        if name == pattern { return true }
        return pattern.count > 2 && pattern[0] == "*" && !name[0].isEmpty
            && name.dropFirst() == pattern.dropFirst()
    }
}
